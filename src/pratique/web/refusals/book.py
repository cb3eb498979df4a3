"""What is said when something may not be done with people, lists, trips and convoys."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "clean_impossible": Words(
        "消毒时间须在车辆返回之后，且不晚于现在",
        "It is disinfected after it came back, and not later than now",
    ),
    "odometer_unread": Words(
        "里程表读数不是数字，请重新读取", "That is no reading of an odometer: read it again"
    ),
    "odometer_backwards": Words(
        "{given} 公里小于上次读数 {last} 公里（{trip}），请重新读表；如上次读错，请调度员在该车次页撤回那次读数",
        "{given} km is below the last reading, {last} km on {trip}: read it again. If that one was wrong, a dispatcher takes it back on that trip's page",
    ),
    "reading_unknown": Words(
        "该报告没有里程表读数", "This report of the trip has no reading of the odometer"
    ),
    "trip_not_on_road": Words(
        "车次不在途中；如已发车，请先补报发车及其时间",
        "The trip is not on the road. If it has set off, report that first, with its time",
    ),
    "trip_step_order": Words(
        "时间须在上一步之后，且不能在将来",
        "Its time is after that of the step before it, and not in the future",
    ),
    "trip_step_unreported": Words("该车次没有这项报告", "The trip has no such report"),
    "trip_step_not_last": Words(
        "其后还有报告，或车次已结束：只能从最后一项撤起",
        "A later report of the trip stands, or it is over: the last is taken back first",
    ),
    "trip_step_received": Words(
        "{codes} 此后已在目的地扫码，可见车已到。扫错的，先更正那次扫码",
        "{codes} were scanned where it goes since: it was there. If one was scanned wrongly, correct that scan first",
    ),
    "trip_step_accepted": Words(
        "车上人员此后已被接收，不能撤回", "Its people were accepted since: that cannot be taken back"
    ),
    "vehicle_soiled": Words(
        "{plate} 上一趟后尚未登记消毒，不能发车：请先消毒并登记；必须出车时由值班指挥长会同另一人签字",
        "Nobody has reported {plate} disinfected since its last trip: it does not set off so. Disinfect it and say so; if it must go all the same, a duty commander signs with a second person",
    ),
    "exception_refused": Words(
        "规则不准许这样的例外：签字人的级别或人数不够",
        "The rule does not allow that exception: whoever signs is of too low a rank, or they are too few",
    ),
    "answer_unnamed": Words("请写明谁接的电话、车在哪里", "Say who answered, and where they are"),
    "answer_impossible": Words(
        "接通时间须在发车之后，且不能在将来",
        "They answered after they had set off, and not in the future",
    ),
    "relay_too_late": Words(
        "该车已到达或已结束，不能再接人", "That trip has arrived or is over: it takes nobody on"
    ),
    "relay_class": Words(
        "该车不得载此类人员：病例只由救护车运送",
        "That vehicle may not carry them: cases go by ambulance, and nobody else does",
    ),
    "relay_mixed": Words(
        "车上有另一类人员，不得混载", "People of another class ride in it: they are not mixed"
    ),
    "relay_full": Words("该车座位不够", "That vehicle has not seats enough for them"),
    "relay_flight": Words(
        "车上有另一航班人员；调度员可写明理由后放行",
        "People of another flight ride in it; a dispatcher may decide so with a reason",
    ),
    "relay_elsewhere": Words(
        "该车去别处；调度员可写明理由后放行",
        "It goes somewhere else; a dispatcher may decide so with a reason",
    ),
    "relay_strangers": Words(
        "其中有人账上不在本车", "By the book somebody of them is not aboard this vehicle"
    ),
    "count_not_open": Words("这一车次的人数没有不符", "No count of this trip differs"),
    "count_names_missing": Words(
        "还有人没有找到：先找到并扫码，再说明原因",
        "Somebody of them is not found yet: find and scan them first, then say why",
    ),
    "driver_away": Words(
        "此人已登记为患病、请假或离岗，不得驾驶：由其他驾驶员接替，或另派车辆",
        "They are down as ill, on leave or off duty and do not drive: another driver takes over, or a vehicle is sent",
    ),
    "driver_not_of_crew": Words(
        "此人不是本车次的驾驶员：请先列为替换驾驶员", "Not a driver of this trip: name them as relief first"
    ),
    "driver_not_rested": Words(
        "连续驾驶已满规定时间：须休息满 {least} 分钟才能再驾驶，中间由他人短时驾驶不算休息",
        "They drive again after {least} minutes of rest only; a short turn of somebody else is none",
    ),
    "crew_nobody": Words(
        "没有选人：请至少选一名驾驶员或护送员", "Nobody was chosen: choose a driver or an escort"
    ),
    "crew_twice": Words(
        "同一人不能在一个班组里占两个位置：请另选一人", "Nobody has two places on one crew: choose another"
    ),
    "crew_licence": Words(
        "准驾不符，不能驾驶此车：请另选驾驶员，或换车",
        "Has no licence for this vehicle: choose another driver, or another vehicle",
    ),
    "crew_away": Words(
        "当天不在岗（休假、停岗或轮休）：请另选一人", "Away that day (leave, held or off): choose another"
    ),
    "crew_off_shift": Words(
        "不是全程都以此岗当班：请选班次覆盖全程的人，或先在排班中改班",
        "Not on duty at this post for the whole trip: choose somebody who is, or change the shift in the roster first",
    ),
    "crew_busy": Words(
        "该时段在别的车次上：请另选一人，或先从那一车次换下",
        "On another trip at that time: choose another, or let somebody else take that trip first",
    ),
    "crew_driven": Words(
        "24 小时内驾驶将超过法定时长：请另选驾驶员",
        "Would drive longer than the law allows in 24 hours: choose another driver",
    ),
    "crew_count": Words(
        "班组人数与车型和路程要求不符：请每个位置各选一人，不多不少",
        "The vehicle and its way ask for another number of drivers or escorts: fill every place, and no more",
    ),
    "crew_missing": Words(
        "{plate} 不能发车：驾驶员 {drivers}/{drivers_wanted} 人，护送员 {escorts}/{escorts_wanted} 人。请调度员先在车次页“班组”处补齐",
        "{plate} does not set off so: {drivers} of {drivers_wanted} drivers and {escorts} of {escorts_wanted} escorts are named. A dispatcher names the others on its page, under Crew",
    ),
    "crew_language": Words(
        "名单上有人需要翻译，而班组无人会此语言：请选一名会该语言的人",
        "Somebody on the list needs an interpreter whom this crew lacks: choose somebody who speaks the language",
    ),
    "crew_stays": Words(
        "车已发出，随车人员不能从班组中去掉：请在旁另加替换人员",
        "It has set off, and whoever rides in it stays on record: name others beside them",
    ),
    "crew_unchanged": Words(
        "班组没有可撤回的人工更改（未改过、方案已改动，或车已发出）：请直接另选",
        "No change by hand of this crew is left to take back: choose the crew anew",
    ),
    "listed_elsewhere": Words(
        "{codes} 不在候运区，或已在别的乘车名单上：请去掉后再写名单",
        "{codes}: not waiting here any more, or on another list. Take them off and write the list again",
    ),
    "ambulance_called": Words("已为此人叫过救护车", "An ambulance was called for them already"),
    "misboarding_unknown": Words("没有这一情况，或已撤销", "There is no such exception any more"),
    "misboarded_still": Words(
        "此人仍在车上：请先在其所到之处扫码", "They are still aboard: scan them where they are now first"
    ),
    "convoy_commander_unable": Words(
        "{person}不能为车队报到。请选护送员或调度席位的人，或本车队某车次的护送人员。",
        "{person} may not report for a convoy. Choose an escort, a desk of dispatch, or whoever escorts one of its trips.",
    ),
    "convoy_missing": Words(
        "去{place}车程超过 {most} 分钟，须编入车队才能发车：请先在“车队”页编队",
        "{place} is more than {most} minutes away: such a trip sets off in a convoy only. Form it on the page Convoys first",
    ),
    "convoy_changed": Words(
        "您打开本页后车队已被更改：现由 {person} 带队，休息点 {halts}。请看清后再改",
        "It was changed while you had this page open: {person} commands it now, rest places {halts}. Look, then change it again",
    ),
    "convoy_empty": Words("请至少选一趟车", "Choose at least one trip"),
    "convoy_joined": Words("其中有车次已在别的车队", "A trip of it is in a convoy already"),
    "convoy_ways_part": Words("目的地不同，不能同队", "They go to different places"),
    "convoy_unknown": Words("没有这支车队", "There is no such convoy"),
    "convoy_over": Words("车队已被接收或解散", "The convoy was accepted or disbanded"),
    "convoy_under_way": Words(
        "车队已发车，须负责到全员被接收", "It has set off, and is responsible until everybody is accepted"
    ),
    "convoy_not_departed": Words("车队尚未发车", "None of its trips has set off"),
    "convoy_not_offered": Words(
        "车队尚未移交此车人员：请车队长先点“移交”",
        "This vehicle has offered nobody yet: let its commander offer first",
    ),
    "acceptance_by_giver": Words(
        "送人来的一方不能自己接收：由接收地清点",
        "Whoever brings people cannot accept them: the receiver counts",
    ),
    "offer_not_held": Words(
        "所列人员不在移交方手中：请先扫码接收，或由现保管方移交",
        "Whoever offers them does not have them: scan them first, or let whoever has them offer",
    ),
    "acceptance_unnamed": Words(
        "请写明接收方是谁同意接收的", "Say who of the receiver accepted them: name and telephone"
    ),
    "halts_level": Words(
        "{place} 与 {other} 一样远：只选一处", "{place} and {other} are equally far: choose one of them"
    ),
    "halt_unknown": Words("这不是本路线的指定休息点", "This is no designated rest place of the way"),
    "incident_unknown": Words("没有这一情况", "There is no such incident"),
    "tracker_unknown": Words("没有此定位器，或已撤销。", "No tracker goes by that, or it was revoked."),
    "trip_not_yours": Words(
        "只有本车次的乘务人员可以报送定位。", "Only the crew of a trip reports where it is."
    ),
    "need_unknown": Words("没有这一项需要", "There is no such need"),
    "bound_nowhere": Words("该处无法由车辆送达", "Nobody can be taken there by road"),
    "load_has_trips": Words(
        "这些人都已有车次：在生效方案或待采用的方案中。请采用该方案，或在方案中移动他们。",
        "Everybody of this load has a trip, in force or proposed: adopt the proposal, or move them in it",
    ),
    "dispatch_nothing_waiting": Words(
        "当前无人候运，近几小时也无航班预计到达", "Nobody waits, and nobody is expected within the next hours"
    ),
    "plan_edit_unknown": Words(
        "方案中没有这一车次、同行组或车辆", "The plan has no such trip, party or vehicle"
    ),
    "plan_overtaken": Words(
        "方案已过时：其间已有其他方案、人员已移动，或已超过 15 分钟。请重新编制",
        "The plan was overtaken: by another one, by somebody who moved on, or by 15 minutes. Make a new one",
    ),
    "search_running": Words(
        "正在搜索更优方案：请先采用现有方案，或停止搜索",
        "A better plan is being looked for: adopt what stands, or stop the search first",
    ),
    "plan_unknown": Words("没有这一方案", "There is no such plan"),
    "port_missing": Words("尚未设置口岸", "The port is not set up yet"),
    "account_locked": Words("连续输错，账号暂停使用", "Too many wrong passwords: the account is paused"),
    "attendance_order": Words("先登记到岗，才能登记离岗", "Record the arrival first, then the leaving"),
    "attendance_unknown": Words("考勤只有到岗和离岗", "Attendance is in or out"),
    "batch_too_large": Words("一次发送的扫码太多", "Too many scans at a time"),
    "custodian_unknown": Words(
        "没有这个岗位，请从列表中选择", "There is no such post: choose one from the list"
    ),
    "deployment_unknown": Words("这名人员当日没有派班", "This officer is not deployed that day"),
    "device_unknown": Words(
        "这部手机未登记，请重新登录", "This phone is not registered: sign in on it again"
    ),
    "dispute_unknown": Words(
        "这次扫码没有争议，或已有人裁定", "This scan is not in dispute, or somebody has ruled already"
    ),
    "evidence_code_missing": Words("请说明做了什么", "Say what was done"),
    "evidence_unknown": Words("没有这条记录", "There is no such record"),
    "flight_date_missing": Words(
        "名单没有写明航班日期：请在下方选择航班",
        "The list does not say when the flight arrives: choose the flight below",
    ),
    "flight_elsewhere": Words("这个航班不到本港", "This flight does not arrive here"),
    "flight_missing": Words(
        "名单没有写明是哪个航班：请在下方选择航班",
        "The list does not say which flight it is for: choose it below",
    ),
    "manifest_expected": Words(
        "这是旅行证件，不是名单：请到扫码页使用",
        "This is a travel document, not a list: use it on the scan page",
    ),
    "expected_far": Words(
        "距计划时间超过 {n} 天：请核对日期，或另加航班",
        "That is more than {n} days from its schedule: look at the date again, or add it as another flight",
    ),
    "expected_in_past": Words(
        "预计到达时间已过", "That time has passed: a flight is expected at one that is to come"
    ),
    "flight_counts_differ": Words(
        "以下人数与账册不符，请逐项写明原因：{counts}",
        "These counts differ from the book; say of each why: {counts}",
    ),
    "flight_count_by_one": Words(
        "落地人数与账册不符，须第二人签字",
        "The counts of who landed differ from the book: a second person signs",
    ),
    "flight_closed": Words("航班已关闭", "The flight is closed"),
    "flight_landed": Words(
        "航班已落地，计划和预计到达时间不能再改；落地时间有误，请在航班页面更正",
        "The flight has landed: when it is due or expected changes no more. A wrong landing time is corrected on its page",
    ),
    "landed_already": Words(
        "航班已登记于{at}落地；时间有误，请在航班页面更正并写明原因",
        "The flight has landed, at {at}: if that is wrong, correct it on its page and say why",
    ),
    "flight_not_landed": Words("航班尚未落地", "The flight has not landed"),
    "flight_open": Words("还有人未落实，航班不能关闭", "People are still open: the flight cannot be closed"),
    "flight_unknown": Words("没有这个航班", "There is no such flight"),
    "forbidden": Words("您的岗位无权这样做", "Your role may not do this"),
    "handover_step_refused": Words("这次交接已有结果", "This handover has been answered already"),
    "handover_unknown": Words("没有这次交接", "There is no such handover"),
    "headcount_unknown": Words("没有这次清点", "There is no such headcount"),
    "heads_and_names_differ": Words("人数与点到的姓名数不一致", "The number and the names called differ"),
    "heads_missing": Words("请填写您自己数的人数", "Give your own count"),
    "heads_negative": Words("人数不能小于零", "A count cannot be below zero"),
    "identity_altered": Words("这份身份记录在系统外被改动", "This identity was changed outside of Pratique"),
    "identity_key_differs": Words("身份密钥与数据不符", "The identity key does not fit the data"),
    "identity_key_missing": Words("没有设置身份密钥", "No key for identities is set up"),
    "identity_keys_unreadable": Words("身份密钥无法读取", "The identity keys cannot be read"),
    "issue_step_refused": Words("这个问题现在不能这样处理", "This issue cannot take that step now"),
    "issue_unknown": Words("没有这个问题", "There is no such issue"),
    "landing_in_future": Words("落地时间不能晚于现在", "A flight cannot have landed in the future"),
    "link_manifested": Words(
        "只有名单外的人可以并入名单上的人", "Only somebody on no list can be linked to somebody on one"
    ),
    "link_to_self": Words("不能与自己合并", "Nobody can be linked to themselves"),
    "method": Words("请求方式不对", "Wrong request method"),
    "names_missing": Words(
        "这次是点名：请写明谁在场，而不只是人数", "Names were called: say who was there, not only how many"
    ),
    "not_json": Words("内容无法读取", "The content cannot be read"),
    "password_weak": Words(
        "新密码太简单：至少 10 个字符，不要用常见密码、纯数字或与用户名相近",
        "The new password is too simple: at least 10 characters, not a common one, not digits alone, not like your user name",
    ),
    "password_wrong": Words("当前密码不对", "The present password is not this one"),
    "person_unknown": Words("没有这名人员", "There is no such person"),
    "reason_missing": Words("请写明理由", "Give the reason"),
    "result_differs": Words(
        "与先前报告的结果不同：请先登记问题",
        "It differs from the result reported before: raise an issue first",
    ),
    "result_unknown": Words("结果只能是阴性、阳性或无效", "A result is negative, positive or invalid"),
    "scan_id_reused": Words(
        "这一编号有两种内容：请判为不采信，再重新扫码",
        "Two contents share this id: rule it out and scan the person again",
    ),
    "scan_of_other_device": Words(
        "只有扫码的那部手机可以撤回", "Only the phone that made the scan can take it back"
    ),
    "scan_unknown": Words("没有这次扫码", "There is no such scan"),
    "second_person_needed": Words("需要另一个人确认", "Somebody else must confirm this"),
    "shift_backwards": Words("班次结束应晚于开始", "A shift ends after it starts"),
    "sign_in_wrong": Words("用户名或密码不对", "User name or password is wrong"),
    "subject_unknown": Words("没有这一对象", "There is no such subject"),
    "title_missing": Words("请用一句话说明发现了什么", "Say in a sentence what was found"),
    "traveller_unknown": Words("账上没有这名旅客", "This traveller is not in the book"),
    "trip_not_empty": Words(
        "车上还有人，车次不能结束或取消", "People are still aboard: the trip cannot end or be called off"
    ),
    "trip_step_unknown": Words("车次没有这一步", "A trip has no such step"),
    "nobody_aboard": Words("车上没有人", "Nobody is aboard"),
    "vehicle_unknown": Words("没有这一车辆", "There is no such vehicle"),
    "trip_over": Words("车次已结束，不能再上报", "The trip is over: nothing more is reported of it"),
    "trip_withdrawn": Words(
        "此车次已撤销：请向调度确认现在的车次",
        "This trip was taken back: ask dispatch which one it is now",
    ),
    "trip_not_by_hand": Words(
        "此车次由计划生成，或为接走某人而派：请在调度台改计划，或在提出请求处取消",
        "A plan made this trip, or it was asked for to fetch somebody: change the plan at the dispatch desk, or call it off where it was asked for",
    ),
    "trip_in_convoy": Words(
        "此车次在车队中：请先在车队页让它单独走，或解散车队",
        "This trip goes in a convoy: let it go by itself on the convoy's page first, or disband the convoy",
    ),
    "trip_under_way": Words("车次已发车或已结束", "The trip has set off or is over"),
    "trip_too_short": Words("车次至少一分钟", "A trip takes at least a minute"),
    "trip_unknown": Words("没有这一车次", "There is no such trip"),
    "trip_unknown_party": Words("车辆或目的地不明", "Vehicle or destination is unknown"),
    "tube_missing": Words("请扫描采样管条码", "Scan the tube's barcode"),
    "temperature_impossible": Words("体温须在30至45℃之间，请重测", "Between 30 and 45 °C: measure again"),
    "measure_missing": Words(
        "没有待告知的措施：请说明决定了哪项措施", "No measure waits for a notice: say which one is ordered"
    ),
    "unit_unknown": Words("没有这个单位", "There is no such unit"),
    "word_unknown": Words("没有这一选项", "There is no such choice"),
    "tube_unknown": Words("没有这一采样管", "No sample has this barcode"),
    "tube_used": Words("这一采样管已用于他人", "This tube is on another person's sample"),
    "undo_too_late": Words(
        "已过 15 分钟：请在旅客页面更正", "15 minutes have passed: correct it on the traveller's page"
    ),
    "waiver_rank": Words("您的岗位没有豁免权", "Your role has no rank that may waive"),
    "waiver_without_reason": Words("豁免须写明理由", "A waiver needs a reason"),
    "waiver_without_time": Words("豁免须有期限", "A waiver needs a time after which it ends"),
    "vehicle_out_of_service": Words("车辆已停用", "The vehicle is out of service"),
    "vehicle_taken": Words("车辆在该时段已有车次", "The vehicle is on another trip at that time"),
}
