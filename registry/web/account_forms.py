"""Forms about accounts. Each holds a secret, so none is kept as a draft."""

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from registry.commands.accounts import Credentials
from registry.commands.passwords import SHORTEST_PASSWORD
from registry.web.forms import Form
from registry.web.i18n import LANGUAGES

_STRONG = lazy_gettext(
    "At least %(least)s characters. Three or four words are easy to remember.",
    least=SHORTEST_PASSWORD,
)


class SecretForm(Form):
    """A form that leaves nothing behind on the device."""

    kept = False


class LoginForm(SecretForm):
    """Who, and their secret."""

    login = wtforms.StringField(lazy_gettext("Login"), [InputRequired()])
    password = wtforms.PasswordField(lazy_gettext("Password"), [InputRequired()])


class PasswordForm(SecretForm):
    """The old secret and the new one."""

    old_password = wtforms.PasswordField(
        lazy_gettext("Password now"), [InputRequired()]
    )
    password = wtforms.PasswordField(
        lazy_gettext("New password"), [InputRequired()], description=_STRONG
    )


class TokenForm(SecretForm):
    """Somebody who comes with a link; the token is what follows its #."""

    token = wtforms.StringField(
        lazy_gettext("Code of the link"),
        [InputRequired()],
        description=lazy_gettext("It is what follows the # in the link."),
    )


class NewAccountForm(TokenForm):
    """Somebody who comes with a link and has no account yet."""

    name = wtforms.StringField(
        lazy_gettext("Your name"),
        [InputRequired()],
        description=lazy_gettext(
            "Colleagues see it. Public records carry a pseudonym instead."
        ),
    )
    login = wtforms.StringField(
        lazy_gettext("Login"),
        [InputRequired()],
        description=lazy_gettext("2 to 60 letters, digits, or . @ + - _"),
    )
    password = wtforms.PasswordField(
        lazy_gettext("Password"), [InputRequired()], description=_STRONG
    )

    def credentials(self) -> Credentials:
        """Return what was typed."""
        return Credentials(self.login.data, self.name.data, self.password.data)


class LanguageForm(SecretForm):
    """The language in which a person is spoken to, on every device."""

    language = wtforms.RadioField(
        lazy_gettext("Language"),
        [InputRequired()],
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
