"""Pages: what has failed and needs an administrator, what was closed, and closing by hand."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import alarms
from enforcement.alarms import Alarm, AlarmKind
from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.overview.notice_views import bp as bp
from enforcement.permissions import Permission, requires
from enforcement.rules import words
from enforcement.sign_in import current_actor


@bp.get("/alarms")
@requires(Permission.ALARM_READ)
def alarm_list() -> ResponseReturnValue:
    """Show the open alarms, and a page of the closed ones."""
    county, after = current_actor().county_code, read_cursor(request.args.get("after"))
    with transaction() as session:
        rows = alarms.list_open(session, county)
        closed = alarms.list_closed(session, county, after=after)
        return render_template(
            "overview/alarms.html", rows=rows, closed=closed, kinds=AlarmKind, why=why,
            first=after is None, next=next_page(closed, alarms.PAGE, "raised_at"),
        )  # fmt: skip


def why(row: Alarm) -> str:
    """Return the causes of an alarm in words."""
    if row.kind == AlarmKind.RULE:
        return " ".join(words.failures(row.why))
    if row.kind == AlarmKind.PUBLICATION:
        code, last = row.why
        if code == "publication_late":
            return _("处罚决定作出后七个工作日内没有公开审核，期限至%(day)s。", day=last)
        return _("处罚决定已变更或者撤销，须在%(day)s前撤回公开。", day=last or "—")
    if row.kind == AlarmKind.WORKER:
        return _("试了多次都没有成功，已放弃。") + " ".join(str(one) for one in row.why)
    if row.kind == AlarmKind.BACKUP:
        return _backup(*row.why)
    if row.kind == AlarmKind.POSITIONS:
        return _("有设备的时间超出了准备好的月份，请检查这些设备的时钟。")
    return _("以后的日期没有工作日历，民情台账等按工作日计算的期限算不出。"
             "请升级到带有新一年放假安排的版本。")  # fmt: skip


def _backup(code: str, said: str) -> str:
    if code == "stuck":
        return _("有%(n)s段数据库日志很久没有存进备份，请检查后台处理和备份磁盘。", n=said)
    if not said:
        return _("指定了备份文件夹，但还没有一份完整的备份，请运行 enforcement backup make。")
    return _("最近一份完整的备份是%(at)s做的，请检查备份磁盘，再运行 enforcement backup make。",
             at=said.replace("T", " ")[:16])  # fmt: skip


@bp.post("/alarms/<uuid:alarm_id>/close")
@requires(Permission.ALARM_CLOSE)
def close_alarm(alarm_id: uuid.UUID) -> ResponseReturnValue:
    """Close an alarm by hand, with words."""
    with transaction() as session:
        row = alarms.close(session, current_actor(), alarm_id, request.form.get("note") or "")
        flash(_("已关闭报警“%(name)s”；原因如果还在，明天再报。", name=row.name), "success")
    return redirect(url_for(".alarm_list"))
