"""Django's PostgreSQL, with the wall told to the server before the first statement that it holds for.

The name of this module is Django's: a database's ``ENGINE`` is a package, and this is what it looks for there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from callward.web import walls

_ROWS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
_BACK = "ROLLBACK TO SAVEPOINT"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows which wall its session stands behind; ``None``: that has to be told anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: str | None = None
        self.execute_wrappers.append(self._walled)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._told = None
        return super().get_new_connection(conn_params)

    def _rollback(self) -> None:
        # The setting is of the transaction in which it was made: with that it goes.
        self._told = None
        super()._rollback()  # type: ignore[misc] # the stubs leave it out

    def _walled(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """Run a statement behind the wall of this thread, which travels with it where it has changed."""
        if isinstance(sql, str) and sql.startswith(_BACK):
            self._told = None  # and nothing else may be said to a transaction that has failed
            return execute(sql, params, many, context)
        wall, told = walls.current(), self._told
        self._told = None  # until this went well: a statement that fails may take the setting with it
        if wall == told:
            result = execute(sql, params, many, context)
        elif _may_follow(sql, many, context):
            # One message for both: what the statement gives is the second answer.
            result = execute(f"{_setting(wall)}; {sql}", params, many, context)
            context["cursor"].cursor.nextset()
        else:
            with self.wrap_database_errors:  # as Django does around the statement itself
                self.connection.execute(_setting(wall))
            result = execute(sql, params, many, context)
        self._told = wall
        return result


def _setting(wall: str) -> str:
    return f"SET {walls.SETTING} = '{wall}'"


def _may_follow(sql: object, many: bool, context: dict[str, Any]) -> bool:
    """Whether a statement may be the second of a message: of rows, once, and not read bit by bit."""
    named = getattr(context["cursor"].cursor, "name", None)
    return isinstance(sql, str) and sql.startswith(_ROWS) and not many and named is None
