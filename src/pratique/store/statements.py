"""The few statements that are written by hand because their speed or their atomicity matters."""

RECEIVE = """
WITH told AS (
    SELECT *
    FROM unnest(%(ids)s::uuid[], %(travellers)s::uuid[], %(custodians)s::uuid[], %(devices)s::uuid[],
                %(bys)s::uuid[], %(counters)s::bigint[], %(happened)s::timestamptz[], %(device_at)s::timestamptz[],
                %(offsets)s::float8[], %(handovers)s::uuid[])
        AS t (id, traveller, custodian, device, by, counter, happened_at, device_at, offset_seconds, handover)
), kept AS (
    INSERT INTO store_scan (id, traveller_id, custodian_id, device_id, counter, happened_at, recorded_at,
                            device_at, offset_seconds, handover_id, by_id)
    SELECT id, traveller, custodian, device, counter, happened_at, %(now)s::timestamptz,
           device_at, offset_seconds, handover, by
    FROM told
    ON CONFLICT (id) DO NOTHING
    RETURNING id, traveller_id, custodian_id, device_id, counter, happened_at
), placed AS (
    UPDATE store_position p
    SET holder_id = k.custodian_id,
        holder_kind = c.kind,
        inside = c.kind <> 'exit',
        since_at = CASE WHEN p.holder_id = k.custodian_id THEN p.since_at ELSE k.happened_at END,
        movements = p.movements + CASE WHEN p.holder_id = k.custodian_id THEN 0 ELSE 1 END,
        seen_at = k.happened_at,
        scan_id = k.id,
        device_id = k.device_id,
        counter = k.counter,
        place = CASE WHEN c.place = '' THEN p.place ELSE c.place END,
        placed_at = CASE WHEN c.place = '' THEN p.placed_at ELSE k.happened_at END
    FROM kept k
    JOIN store_custodian c ON c.id = k.custodian_id
    WHERE p.traveller_id = k.traveller_id
      AND k.happened_at > p.seen_at
      AND (p.holder_id = k.custodian_id
           OR (p.holder_kind || '>' || c.kind) = ANY (%(steps)s::text[])
              AND (c.place = '' OR p.place = '' OR c.place = p.place
                   OR k.happened_at - p.placed_at >= COALESCE(
                       (SELECT t.minutes_min * interval '1 minute' FROM store_travel t
                        WHERE t.one = least(p.place, c.place) AND t.other = greatest(p.place, c.place)),
                       interval '0')))
      AND NOT EXISTS (SELECT FROM store_scan s
                      WHERE s.traveller_id = k.traveller_id
                        AND (s.happened_at >= k.happened_at
                             OR s.device_id = k.device_id AND s.counter >= k.counter)
                        AND s.id <> k.id)
      AND NOT EXISTS (SELECT FROM store_conflict t WHERE t.traveller_id = k.traveller_id)
      AND NOT EXISTS (SELECT FROM store_link l WHERE l.same_as_id = k.traveller_id)
    RETURNING p.traveller_id, k.id, p.since_at = k.happened_at AS moved
), odd AS (
    INSERT INTO store_pending (traveller_id)
    SELECT traveller_id FROM kept EXCEPT SELECT traveller_id FROM placed
    ON CONFLICT (traveller_id) DO UPDATE SET traveller_id = EXCLUDED.traveller_id
)
SELECT id, false AS placed, false AS moved FROM kept
UNION ALL
SELECT id, true, moved FROM placed
"""
"""Record scans and move positions, for the everyday case, in one durable statement.

Parameters: arrays of one length (`ids`, `travellers`, `custodians`, `devices`, `bys` who scanned, `counters`, `happened`,
`device_at`, `offsets`, `handovers`), the instant (`now`) and the ordinary steps as `giver>receiver` kinds. Each
traveller and each id at most once per call. A scan that is late, contradicts, takes an unusual step, or belongs to
somebody unknown is kept all the same; its traveller is put on `store_pending` in the same statement and folded
again by `services.custody.settle`. (A scan that is newer than the position but older than some disputed one is late
too: it may decide the dispute. Whoever has entries under another name or another scan's id is always folded: their
later scans stand elsewhere.) Two statements for one traveller queue on the position's row, and the second
looks at its conditions anew, so no scan is judged by a position that has gone. (Answered is a row for every scan that
was kept, and another for every one that was placed; sets, not joins, as a plan made for ten rows must do for five
hundred. `DO UPDATE` on the pending row waits
for a fold that is about to clear it; `DO NOTHING` would not, and the scan would be forgotten.)
"""
