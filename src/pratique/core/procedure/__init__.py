"""What staff do step by step when it matters how it is done: telling rights, calming, a refusal, minors and the vulnerable."""
