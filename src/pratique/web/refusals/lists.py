"""What is said when a list may not be written as it was asked for, or people not handed to a vehicle for what they need."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "list_class": Words(
        "{codes} 属{cls}，{plate} 不得运送。请从名单中去掉，改由{vehicle_kinds}运送",
        "{codes}: {plate} may not carry {cls}. Take them off the list; they go by {vehicle_kinds}",
    ),
    "list_mixed": Words(
        "一趟车只载一类人员：{codes} 属{cls}，其余属{others}。请把他们去掉，另列一趟车",
        "One class to a trip: {codes} ride as {cls}, the others as {others}. Take them off and list them on another trip",
    ),
    "list_flight": Words(
        "一趟车只载一个航班的人员：{codes} 不是 {flight} 的旅客。请把他们去掉，另列一趟车",
        "One flight to a trip: {codes} did not come on {flight}. Take them off and list them on another trip",
    ),
    "list_bound": Words(
        "{codes} 已定去{bound}，本车去{place}。请列入去{bound}的车次，或先在其个人页面改去向",
        "{codes} are to go to {bound}, this trip to {place}. List them on a trip to {bound}, or change it on their page first",
    ),
    "list_accepts": Words(
        "{place}不收{cls}。收此类人员且还有房的去处：{instead}",
        "{place} takes no {cls}. Places that take them and have room: {instead}",
    ),
    "list_shut": Words(
        "{place}目前停止接收（{because_of}）。还有房的其他去处：{instead}",
        "{place} takes nobody for now ({because_of}). Other places that have room: {instead}",
    ),
    "list_rooms": Words(
        "{place}只剩 {free} 间（床），需要 {wanted}。请减少人数，或改去：{instead}",
        "{place} has {free} rooms or beds left, {wanted} are needed. Take some off, or go to: {instead}",
    ),
    "list_guardian": Words(
        "患病儿童 {child} 须由监护人陪同：请把 {codes} 中的一人也列入名单",
        "{child} is an ill child and goes with a guardian: put one of {codes} on the list too",
    ),
    "list_household": Words(
        "{codes} 与名单上的人同行（{party}），不得分开：请一并列入，或整组去掉",
        "{codes} travel with people of the list ({party}) and stay with them: put them on it too, or take the whole party off",
    ),
    "list_full": Words(
        "名单 {heads} 人，{plate} 按规定可坐 {seats} 人：请去掉 {over} 人，或改用更大的车",
        "{heads} people, and {seats} may ride in {plate}: take {over} off, or plan a trip with a larger vehicle",
    ),
    "list_wheelchairs": Words(
        "{codes} 乘轮椅：共 {wanted} 辆，{plate} 有轮椅位 {there} 个。请改列有轮椅位的车次",
        "{codes} ride in wheelchairs: {wanted}, and {plate} has {there} places. List them on a trip with a place for each",
    ),
    "list_child_seats": Words(
        "{codes} 为婴儿：需儿童座椅 {wanted} 个，{plate} 有 {there} 个。请改列有儿童座椅的车次",
        "{codes} are infants: {wanted} child seats are needed, and {plate} has {there}. List them on a trip with a seat for each",
    ),
    "list_language": Words(
        "班组中无人会{languages}，{codes} 需要。请加派会此语言的驾驶员或护送员，或改列其他车次",
        "Nobody of its crew speaks {languages}, which {codes} need. Give it a driver or escort who does, or list them on another trip",
    ),
    "relay_accepts": Words(
        "该车所去之处不收此类人员", "The place that trip goes to does not take people of their class"
    ),
    "relay_wheelchairs": Words(
        "该车轮椅位不够：有更合适的车就用那辆；没有时调度员可写明理由后放行",
        "That vehicle has not places enough for their wheelchairs: take one that has; where none has, a dispatcher may decide so with a reason",
    ),
    "relay_child_seats": Words(
        "该车儿童座椅不够：有更合适的车就用那辆；没有时调度员可写明理由后放行",
        "That vehicle has not child seats enough for them: take one that has; where none has, a dispatcher may decide so with a reason",
    ),
    "relay_language": Words(
        "该车班组无人会其语言：有更合适的车就用那辆；没有时调度员可写明理由后放行",
        "Nobody of that crew speaks what they speak: take a trip where somebody does; where none does, a dispatcher may decide so with a reason",
    ),
}
