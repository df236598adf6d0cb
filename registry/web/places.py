"""Places typed by name: the division that is meant, or those to choose from.

Nobody knows codes, so a place is typed as people say it: 罗平县板桥镇, 罗平 板桥.
While one types, `/divisions` suggests; without scripts, what could be meant is shown
after sending, to choose from.
"""

import re
import unicodedata

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from registry.domain.divisions import Division, Divisions, parse_division
from registry.errors import InvalidInput
from registry.web.forms import Form
from registry.web.typed import Needed

SHOWN = 12  # more than a phone shows is not read, but typed further
_SEARCHED = 300
_LONGEST = 40
_CODE = re.compile(r"[0-9]{2,12}$")


def place_text(code: str, divisions: Divisions) -> str:
    """Return a place as it stands in an input: full name, then code."""
    return f"{divisions.full_name(code)} {code}"


def find_places(text: str, divisions: Divisions, near: str) -> list[Division]:
    """Return the divisions that `text` may mean, those near `near` first.

    Args:
        text: a name, with or without names above it: 板桥, 罗平 板桥, 罗平县板桥镇.
        divisions: where to look.
        near: code of the division that the person is of.
    """
    given = " ".join(unicodedata.normalize("NFKC", text).split())[:_LONGEST]
    spellings = [given, *(f"{given[:n]} {given[n:]}" for n in range(1, len(given)))]
    found = next(filter(None, (divisions.search(s, _SEARCHED) for s in spellings)), ())

    def shared(row: Division) -> int:
        return sum(row.code.startswith(near[:width]) for width in (2, 4, 6))

    return sorted(found, key=lambda row: -shared(row))[:SHOWN]


class PlaceForm(Form):
    """A form that asks for a place.

    Attributes:
        choices_shown: whether several places could be meant, so that one is chosen.
    """

    choices_shown = False

    division = wtforms.StringField(
        lazy_gettext("Place"),
        [Needed()],
        description=lazy_gettext(
            "Township if you can, otherwise county: type the name, such as 罗平 板桥."
        ),
    )
    division_choice = wtforms.RadioField(
        lazy_gettext("Which of these?"), validate_choice=False
    )

    def place(self, divisions: Divisions, near: str) -> str:
        """Return the code of the place that was typed or chosen.

        Raises:
            InvalidInput: no such place, or several and none is chosen yet.
        """
        text = (self.division.data or "").strip()
        self.division_choice.choices = []
        if not text:
            raise InvalidInput.at("division", "No place is given. Type its name.")
        code = _CODE.search(unicodedata.normalize("NFKC", text))
        if code:
            return parse_division(code[0], divisions).code
        found = find_places(text, divisions, near)
        if not found:
            raise InvalidInput.at(
                "division",
                "No place is called {given}. Type the name of the township or county "
                "as on official papers.",
                given=text[:_LONGEST],
            )
        return self._chosen([row.code for row in found], divisions)

    def _chosen(self, codes: list[str], divisions: Divisions) -> str:
        if len(codes) == 1:
            return codes[0]
        if self.division_choice.data in codes:
            return str(self.division_choice.data)
        self.choices_shown = True
        self.division_choice.choices = [
            SelectChoice(code, divisions.full_name(code)) for code in codes
        ]
        raise InvalidInput.at(
            "division", "Several places are called so. Choose one of those below."
        )
