"""Mail: somebody is told by SMTP, and the mail server's own words are kept as proof."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from bot.notify import connect
from bot.notify.channel import ChannelError, MailSettings
from bot.notify.connect import Unreachable, cut_off, opened, reached
from bot.notify.letter import compose, is_ascii, read
from bot.notify.notice import Notice, Outcome

ACCEPTED, FORWARDED = 250, 251
PERMANENT = 500
"""From here on a mail server's codes mean that the same mail will never be taken."""

Link = Callable[[int], str]
"""The address that leads a customer back into the conversation of that number."""


class MailChannel:
    """Sends letters through the mail server that is set."""

    def __init__(
        self,
        settings: MailSettings,
        company: str,
        link: Link,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._company = company
        self._link = link
        self._clock = clock

    def deliver(self, notice: Notice) -> Outcome:
        message_id = f"<{notice.id}@{self._domain}>"
        try:
            mail = self._composed(notice, message_id)
            with reached():
                code, said = self._sent(notice.target, mail)
        except (ChannelError, Unreachable) as error:
            return Outcome(False, str(error), message_id)
        return Outcome(code == ACCEPTED, f"{code} {said}", message_id, final=code >= PERMANENT)

    @property
    def _domain(self) -> str:
        return self._settings.sender.rpartition("@")[2]

    def _composed(self, notice: Notice, message_id: str) -> bytes:
        conversation = notice.document.get("conversation")
        letter = read(notice.document, **({"link": self._link(conversation)} if conversation else {}))
        matter = f"ticket-{notice.ticket}" if notice.ticket else notice.id
        return compose(
            letter,
            sender=self._settings.sender,
            sender_name=self._company,
            to=notice.target,
            message_id=message_id,
            thread=f"<{matter}.{notice.audience}@{self._domain}>",
            moment=self._clock(),
            reply_to=self._settings.reply_to,
        ).as_bytes()

    def _sent(self, to: str, mail: bytes) -> tuple[int, str]:
        """The server's answer to the mail, or to the step at which it said no; 0 where it said nothing."""
        try:
            with self._connected() as server:
                code, said = self._handed_over(server, to, mail)
                return code, said.decode("utf-8", "replace")
        except smtplib.SMTPResponseException as error:
            # Refused before the mail was shown: what is wrong is the login or the server, and can be mended.
            raise Unreachable(f"{error.smtp_code} {_words(error.smtp_error)}") from error
        except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
            raise Unreachable(_gone(error)) from error
        except smtplib.SMTPException as error:
            raise Unreachable(str(error)) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A conversation with the mail server, secured and logged in as is set; it ends at the deadline."""
        settings, password = self._settings, self._settings.secret()
        context = _trust(settings)
        plain = opened(settings.host, settings.port, allow_private=True)
        with cut_off(plain, "the mail server"), ExitStack() as stack:
            secure = settings.security == "tls"
            server = _Talk(
                context.wrap_socket(plain, server_hostname=settings.host) if secure else plain, settings
            )
            stack.callback(_part, server)
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.user:
                _log_in(server, settings.user, password or "")
            yield server

    def _handed_over(self, server: smtplib.SMTP, to: str, mail: bytes) -> tuple[int, bytes]:
        """The server's answer to the whole mail, or to its receiver where it takes none for them."""
        server.ehlo_or_helo_if_needed()
        settings = self._settings
        options = [] if is_ascii(settings.sender, to, settings.reply_to) else ["SMTPUTF8"]
        if options and not server.has_extn("smtputf8"):
            raise ChannelError("the mail server takes no addresses beyond ASCII")
        code, said = server.mail(settings.sender, options)
        if code != ACCEPTED:
            raise smtplib.SMTPSenderRefused(code, said, settings.sender)
        code, said = server.rcpt(to)
        return server.data(mail) if code in {ACCEPTED, FORWARDED} else (code, said)


class _Talk(smtplib.SMTP):
    """A conversation over a connection that is there already; it begins with the server's greeting."""

    def __init__(self, connection: socket.socket, settings: MailSettings) -> None:
        self._connection = connection
        super().__init__(settings.host, settings.port)

    def _get_socket(self, *_: object) -> socket.socket:
        return self._connection


def _trust(settings: MailSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as error:
            raise ChannelError(f"mail.ca_file: {settings.ca_file} holds no certificates") from error
    return context


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    server.ehlo_or_helo_if_needed()
    try:
        server.login(user, password)
    except UnicodeEncodeError as error:
        sentence = (
            "mail.user or its password holds a letter beyond ASCII, which can't be sent: choose another"
        )
        raise ChannelError(sentence) from error


def _part(server: smtplib.SMTP) -> None:
    """Takes leave, or just closes where nobody listens any more: the mail has been taken or not by now."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _gone(error: Exception) -> str:
    """Why there is no server any more: to smtplib, one that keeps silent is disconnected, too."""
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return f"the mail server did not answer within {connect.SECONDS:g} seconds"
    return "the mail server broke the connection off"


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
