"""The stay: rooms and who is in them, help, orders about the term, release and what follows it.

- `rooms`: propose · accept · give · shift · block · reopen · finish_disinfection · record_needs · heed
- `call`: call_for_help · answer
- `term`: draw_up · sign · serve · withdraw (orders that make a stay longer or shorter); `moves`: list_records (how far they moved its end); `papers`: list_waiting · sign_all
- `removal`: ask · arrive · drop · move (to hospital and back, to another facility)
- `assess`: clear (a fever explained) · discharge (the hospital's word) · take_back
- `release`: look · decide; `certificate`: issue · find; `onward`: step (the home prefecture) · assess_home · send_home
"""
