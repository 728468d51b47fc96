"""The sentences of the map of a survey's ways."""

from __future__ import annotations

from question_types.base import N_

MAP = (
    N_("%(n)s found"),
    N_("%(repeated)s, at most %(n)s times"),
    N_("All with rules"),
    N_("and back"),
    N_("Counting responses…"),
    N_("Drawing (SVG)"),
    N_("Find on the map"),
    N_("first and last"),
    N_("fold and unfold"),
    N_("follow the way"),
    N_("How much is shown"),
    N_("Left here"),
    N_("Nothing found"),
    N_("Once a quota is full"),
    N_("open the place"),
    N_("Otherwise %(target)s"),
    N_("Page number, question or text"),
    N_("Pages and questions"),
    N_("Pages in between were not shown"),
    N_("previous and next"),
    N_("Quota %(code)s, at most %(limit)s: if %(condition)s, go to %(target)s once it is full"),
    N_("Repeated"),
    N_("Repeated as often as %(code)s says"),
    N_("Repeated for every choice in %(code)s"),
    N_("Repeated for everything not chosen in %(code)s"),
    N_("Repeated for everything shown in %(code)s"),
    N_("Shares of respondents appear here once the survey is published and answered."),
    N_("Signs and keys"),
    N_("Start"),
    N_("Straight on to %(target)s"),
    N_("Version %(version)s has no responses yet. Once it has, every way says how many took it."),
    N_("Version %(version)s: %(n)s responses. A share is of those who reached the page."),
    N_("Version %(version)s: the latest %(n)s of %(all)s responses are counted, the rest follows."),
    N_("The figures could not be read just now; the map is whole without them."),
    N_("Ways through the survey"),
    N_("Without effect"),
)
