"""The verbs: each one transaction that asks the core, writes, and leaves the telling to the outbox.

`now` is a parameter everywhere; only the outermost ring reads a clock (`clock.now`, which a drill sets).

- `manifest`: preview · receive (the bytes of any list the product reads)
- `flight`: schedule · land · count · list_open · close
- `custody`: receive (scans) · annul · undo · rule · link · register_unlisted · offer · answer ·
  find_handover · admit · settle · settle_pending
- `headcount`: count · correct
- `identity`: read · find_by_document · find_by_name · erase_due
- `duty`: record · record_all · withdraw · waive; `register`: tick · account_of · check_total
- `declaration`: declare · read · erase_due; `care`: take_temperature · tell_rights · take_sample · record_result · correct_result
- `laboratory`: batch (open_batch · scan_in · take_out · close · hand_over · receive · cancel) · intake (preview · take · settle_unknown)
- `transport`: plan_trip · report (departed, stopped, arrived, broken_down, ended)
- `dispatch`: pose · propose · adopt · refuse · edit · forecast, from live state to trips in force
- `convoy`: form · join · leave · amend · disband · check_in · report · settle · offer · accept · decline · heed
- `tracking`: hear (positions) · foresee · watch
- `tracing`: find_case · trace; `screening`: consider · screen · take_back; `illness`: follow · report; `checkpoint`: count · undo · find · withdraw
- `force`: deploy · attend
- `issue`: raise_issue · step (mended, verified, sent_back, reopened) · assign · note · reclass
- `cases`: book (open, class, close) · contacting (adopt, class) · informing · done · export · home · replan
- `health`: report · report_unit · assess · expose · isolate · recover · return_to_work · take_sample · record_result · type_result · keep_holds · take_back
- `safety`: inspect · move_stock · work_out_stock · add_quarters · lodge · leave_quarters
- `proof`: prove (the six proofs over the whole book); `seal`: seal · check
- `bulletin`: draft · publish
- `stay`: rooms, calls for help, orders, release (each a module); `exemption`: issue · confirm · decide · revoke
- `way`: list_ways · ask · judge (scans at exits) · settle · heed
- `device`: register · recognise · revoke; `account`: recognise; `permission`: the one table of endpoint × role
"""
