"""The home page as Django would serve it: the same figures from the same SQLite file, and no script.

It reads by plain SQL, compresses with GZipMiddleware and does not ask who is there, all of which is in its favour.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path
from django.utils import timezone

PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Главная</title><style>
body{margin:0;font:16px/24px system-ui,sans-serif;background:#f1f4f5;color:#15232b}main{max-width:1080px;margin:0 auto;padding:12px}
section{background:#fff;border-radius:20px;padding:20px;margin-bottom:12px}.brand{background:#0d3a45;color:#fff}
.balance{font-size:52px;line-height:56px;font-weight:600}.days{display:flex;align-items:end;justify-content:space-between;height:20px}
.days i{width:2px;height:10px;background:#6fd0de}.row{display:flex;justify-content:space-between;padding:12px 0}
.bars{display:flex;align-items:end;gap:12px;height:160px}.bars i{flex:1;background:#14768a}
a{display:inline-block;padding:10px 20px;border-radius:12px;background:#fff;color:#0d3a45}</style></head><body><main>
<h1>Здравствуйте, {{ name }}</h1>
<section class="brand"><p>Лицевой счёт {{ number }}</p><p class="balance" id="figures">{{ balance }}</p>
<a href="/pay">Пополнить</a><p>Следующее списание {{ due_day }}: {{ due }}</p>
<div class="days">{% for day in days %}<i></i>{% endfor %}</div></section>
<section><h2>Услуги</h2>{% for service in services %}<div class="row"><span>{{ service.0 }}</span><span>{{ service.1 }}</span></div>{% endfor %}</section>
<section><h2>Последние операции</h2>{% for line in operations %}<div class="row"><span>{{ line.0 }}<br>{{ line.1 }}</span><span>{{ line.2 }}</span></div>{% endfor %}</section>
<section><h2>Расходы на услуги</h2><div class="bars">{% for bar in months %}<i style="height:{{ bar.1 }}%" title="{{ bar.0 }}"></i>{% endfor %}</div></section>
</main></body></html>"""  # noqa: E501

settings.configure(
    SECRET_KEY="of a benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.gzip.GZipMiddleware", "django.middleware.common.CommonMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DATABASE"],
            "CONN_MAX_AGE": None,
        }
    },
    USE_TZ=True,
    TIME_ZONE="Europe/Moscow",
)
django.setup()
TEMPLATE = Engine().from_string(PAGE)


def rows(statement: str, *values: Any) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def money(minor: int) -> str:
    return f"{minor / 100:,.2f} ₽".replace(",", "\u00a0").replace(".", ",")


def home(request: HttpRequest) -> HttpResponse:
    """Show the account's page."""
    number = os.environ["BENCH_ACCOUNT"]
    ((account, ledger, name, balance),) = rows(
        "SELECT a.id, a.ledger_account_id, p.given_name, l.balance_minor FROM billing_account a "
        "JOIN person p ON p.id = a.person_id JOIN ledger_account l ON l.id = a.ledger_account_id WHERE a.number = %s",
        number,
    )
    services = rows(
        "SELECT v.title, v.price_minor FROM subscription s JOIN product_version v ON v.id = s.version_id "
        "JOIN product p ON p.id = s.product_id WHERE s.billing_account_id = %s "
        "AND s.status NOT IN ('ended', 'failed') ORDER BY p.position",
        account,
    )
    invoices = rows(
        "SELECT due_at, amount_minor FROM invoice WHERE billing_account_id = %s AND status = 'open' ORDER BY due_at",
        account,
    )
    operations = rows(
        "SELECT title, kind, at, amount_minor FROM operation WHERE billing_account_id = %s "
        "ORDER BY at DESC, id DESC LIMIT 5",
        account,
    )
    months = rows(
        "SELECT month, sum(debit_minor - credit_minor) FROM ledger_month WHERE account_id = %s "
        "AND kind LIKE 'charge.%%' GROUP BY month ORDER BY month DESC LIMIT 6",
        ledger,
    )
    tallest = max((spent for _, spent in months), default=1) or 1
    fee = sum(price for _, price in services)
    due_day, due = invoices[0] if invoices else (timezone.localdate(), fee)
    shown = {
        "name": name,
        "number": number,
        "balance": money(balance),
        "due": money(due),
        "due_day": due_day,
        "days": range(61),
        "services": [(json.loads(title).get("ru", ""), money(price)) for title, price in services],
        "operations": [(json.loads(title).get("ru") or kind, at, money(sum_)) for title, kind, at, sum_ in operations],
        "months": [(month, 100 * spent // tallest) for month, spent in reversed(months)],
        "now": timezone.now(),
    }
    return HttpResponse(TEMPLATE.render(Context(shown)), headers={"cache-control": "private, no-store"})


def ping(request: HttpRequest) -> HttpResponse:
    """Say that the server is up."""
    return HttpResponse("pong")


urlpatterns = [path("", home), path("ping", ping)]
app = get_wsgi_application()
