"""Staff samples in tubes like any other; who is off duty by hand; what the staff eat."""

from django.db import migrations, models

KEPT_AS_EVIDENCE = """
INSERT INTO store_sample (id, tube, person_id, pool_size, kit, laboratory, taken_at, by_id, result, resulted_at)
SELECT DISTINCT ON (s.attributes->>'tube') s.id, s.attributes->>'tube', s.subject_id::uuid, 1,
       coalesce(s.attributes->>'kit', ''), coalesce(s.attributes->>'lab', ''), s.happened_at, s.by_id,
       coalesce(r.attributes->>'result', ''), r.happened_at
FROM store_evidence s
LEFT JOIN store_evidence r ON r.code = 'result' AND r.about = s.id::text
     AND NOT EXISTS (SELECT FROM store_withdrawal w WHERE w.evidence_id = r.id)
WHERE s.subject_kind = 'staff' AND s.code = 'sample' AND s.attributes->>'tube' <> ''
  AND NOT EXISTS (SELECT FROM store_withdrawal w WHERE w.evidence_id = s.id)
  AND NOT EXISTS (SELECT FROM store_sample t WHERE t.tube = s.attributes->>'tube')
ORDER BY s.attributes->>'tube', s.seq, r.seq DESC
"""
"""Samples of the staff were evidence alone until now: each is a tube from here on."""


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0017_safety'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='diets',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='roster',
            name='off',
            field=models.JSONField(default=list),
        ),
        migrations.RemoveConstraint(
            model_name='absence',
            name='absence_sort_known',
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('sort__in', ['leave', 'health', 'off'])), name='absence_sort_known'),
        ),
        migrations.AddField(
            model_name='sample',
            name='person_id',
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.AlterField(
            model_name='sample',
            name='traveller_id',
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.RunSQL(KEPT_AS_EVIDENCE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person_id__isnull', False), ('traveller_id__isnull', True)), models.Q(('person_id__isnull', True), ('traveller_id__isnull', False)), _connector='OR'), name='sample_of_one_person'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('tube', 'person_id'), name='sample_of_staff_once_a_tube'),
        ),
    ]
