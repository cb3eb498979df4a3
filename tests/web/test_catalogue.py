"""Every sentence of the pages has its twin, and the compiled catalogue is that of the one people read."""

from pratique.web import catalogue


def test_every_sentence_of_the_pages_is_translated():
    translations = catalogue.read_translations()
    assert [m.text for m in catalogue.list_messages() if not translations.get(m.text)] == []


def test_the_catalogue_is_up_to_date():
    messages, translations = catalogue.list_messages(), catalogue.read_translations()
    bring = "bring it up to date with python -m pratique.web.catalogue"
    formatted = catalogue.format_catalogue(messages, translations)
    assert catalogue.CATALOGUE.read_text(encoding="utf-8") == formatted, bring
    compiled = catalogue.compile_catalogue(messages, translations)
    assert catalogue.CATALOGUE.with_suffix(".mo").read_bytes() == compiled, bring
