"""What the acquirer's pages say, in Russian and in English: a table of its own, since it is a program of its own.

«~» stands for a no-break space; {slots} are filled in the templates.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cabinet.kit.i18n import DEFAULT_LOCALE, LOCALES, NBSP

WORDS: Final[dict[str, tuple[str, str]]] = {
    "name": ("Песочница", "Sandbox"),
    "mark": ("ПЕСОЧНИЦА, деньги ненастоящие", "SANDBOX, the money is not real"),
    "other_language": ("English", "Русский"),
    "to_content": ("К~содержанию", "Skip to content"),
    "switches_link": ("Переключатели и~вебхуки", "Switches and webhooks"),
    # What is paid
    "due": ("К~оплате", "To pay"),
    "amount": ("Сумма", "Amount"),
    "paid": ("Оплачено", "Paid"),
    "to": ("Кому", "To"),
    "order": ("Платёж", "Payment"),
    "charged": ("Спишем", "We charge"),
    "card": ("Карта", "Card"),
    "pay_until": ("Оплатите до~{time}", "Pay by {time}"),
    "back": ("Вернуться в~«{merchant}»", "Return to {merchant}"),
    "refuse": ("Отказаться от~оплаты", "Do not pay"),
    # The card's form
    "card_title": ("Оплата картой", "Pay by card"),
    "number": ("Номер карты", "Card number"),
    "expiry": ("Срок, ММ/ГГ", "Expiry, MM/YY"),
    "cvc": ("CVC", "CVC"),
    "cvc_hint": ("Три цифры на~обороте", "Three digits on the back"),
    "keep": ("Запомнить карту", "Save this card"),
    "keep_hint": (
        "Следующий платёж в~«{merchant}» пройдёт без ввода номера. Удалить карту можно там~же",
        "The next payment to {merchant} will need no number. You can remove the card there",
    ),
    "pay": ("Оплатить {sum}", "Pay {sum}"),
    "safe": (
        "Номер и~CVC здесь не~хранятся. Останутся последние четыре цифры",
        "The number and CVC are not kept here. Only the last four digits stay",
    ),
    "test_cards": ("Тестовые карты", "Test cards"),
    "test_cards_hint": (
        "Работают только они. Срок любой будущий, CVC любой",
        "Only these work, with any future expiry and any CVC",
    ),
    "fill": ("Подставить", "Fill in"),
    "fill_card": ("Подставить карту {card}", "Fill in card {card}"),
    "mir": ("Оплата проходит", "The payment succeeds"),
    "visa": ("Оплата проходит", "The payment succeeds"),
    "mir_code": ("Код из~СМС, потом оплата проходит", "A code by SMS, then it succeeds"),
    "mastercard_code": (
        "Код из~СМС каждый раз, и~для сохранённой карты",
        "A code by SMS every time, for the saved card too",
    ),
    "low_balance": ("Не~хватает денег", "Not enough money"),
    "low_balance_code": ("Код из~СМС, потом не~хватает денег", "A code by SMS, then not enough money"),
    "low_balance_later": (
        "Проходит; сохранённой карте денег не~хватит",
        "Succeeds; once saved it has not enough money",
    ),
    "do_not_honor": ("Банк отклоняет без объяснения", "The bank declines without a reason"),
    "expired_card": ("Банк говорит, что срок истёк", "The bank says the card has expired"),
    "lost_card": ("Карта утеряна", "The card is lost"),
    "over_limit": ("Превышен лимит карты", "Over the card's limit"),
    "issuer_unavailable": ("Банк не~отвечает", "The bank does not answer"),
    "suspected_fraud": ("Банк подозревает обман", "The bank suspects fraud"),
    # What is wrong with a field
    "number_empty": ("Введите номер карты, он~на~лицевой стороне", "Enter the number from the front of the card"),
    "number_digits": ("В~номере карты только цифры. Уберите остальное", "A card number has digits only"),
    "number_length": ("Проверьте, все~ли цифры на~месте: обычно их~16", "Check the digits: there are usually 16"),
    "number_luhn": (
        "Карты с~таким номером не~бывает. Проверьте цифры по~одной",
        "No card has this number. Check it digit by digit",
    ),
    "number_foreign": (
        "Это не~тестовая карта, а~настоящую вводить не~нужно. Возьмите карту из~списка ниже",
        "This is not a test card, and a real one is not needed. Take one from the list below",
    ),
    "expiry_empty": ("Введите срок, например {example}", "Enter the expiry, for example {example}"),
    "expiry_wrong": (
        "Сначала месяц, потом год, например {example}",
        "First the month, then the year, for example {example}",
    ),
    "expiry_past": (
        "Этот срок уже прошёл. Проверьте месяц и~год",
        "This date has passed. Check the month and the year",
    ),
    "cvc_empty": ("Введите три цифры с~оборота карты", "Enter the three digits from the back"),
    "cvc_wrong": ("Здесь ровно три цифры с~оборота карты", "Exactly three digits from the back of the card"),
    # The code
    "code_title": ("Код из~СМС", "Code from the SMS"),
    "code_lead": ("Банк отправил код владельцу карты {card}", "The bank sent a code to the holder of {card}"),
    "code": ("Шесть цифр кода", "Six digits of the code"),
    "confirm": ("Подтвердить {sum}", "Confirm {sum}"),
    "code_wrong_2": ("Код не~подходит. Осталось две попытки", "The code does not fit. Two tries left"),
    "code_wrong_1": (
        "Код не~подходит. Осталась одна попытка, потом банк отклонит оплату",
        "The code does not fit. One try left, then the bank declines",
    ),
    "code_note": (
        "Код подходит только к~этой оплате. Не~называйте его никому",
        "The code fits this payment only. Tell it to nobody",
    ),
    "sms": ("СМС от~банка (песочница)", "SMS from the bank (sandbox)"),
    "sms_text": (
        "{code}~— код для оплаты {sum} в~«{merchant}». Никому его не~называйте",
        "{code} is the code to pay {sum} to {merchant}. Tell it to nobody",
    ),
    # SBP
    "sbp_title": ("Оплата через СБП", "Pay through SBP"),
    "sbp_lead": (
        "Наведите камеру телефона на~код или откройте банк здесь",
        "Point your phone's camera at the code, or open the bank here",
    ),
    "sbp_label": ("QR-код для оплаты через СБП", "QR code to pay through SBP"),
    "open_bank": ("Открыть банк", "Open the bank"),
    "check": ("Проверить оплату", "Check the payment"),
    "bank": ("Демо-банк", "Demo bank"),
    "bank_title": ("Подтвердите оплату", "Confirm the payment"),
    "bank_from": ("Откуда", "From"),
    "bank_account": ("Учебный счёт ••~0001", "Practice account ••~0001"),
    "bank_refuse": ("Отказаться", "Refuse"),
    "bank_other": ("Ответить за~банк отказом", "Answer no for the bank"),
    "answer_low_balance": ("Не~хватает денег", "Not enough money"),
    "answer_issuer_unavailable": ("Банк не~отвечает", "The bank does not answer"),
    # How it ended
    "succeeded": ("Оплата прошла", "The payment went through"),
    "failed": ("Оплата не~прошла", "The payment did not go through"),
    "canceled": ("Оплата отменена", "The payment is canceled"),
    "run_out": ("Время оплаты вышло", "The time to pay is over"),
    "no_money_moved": ("Деньги не~списаны", "No money was taken"),
    "why_low_balance": (
        "Не~хватает денег. Пополните карту или возьмите другую",
        "Not enough money. Top the card up or take another one",
    ),
    "why_do_not_honor": (
        "Банк отклонил оплату без объяснения. Спросите у~него или возьмите другую карту",
        "The bank declined without a reason. Ask it, or take another card",
    ),
    "why_expired_card": ("Срок карты истёк. Возьмите другую карту", "The card has expired. Take another one"),
    "why_lost_card": (
        "Карта отмечена как утерянная. Позвоните в~банк или возьмите другую",
        "The card is marked as lost. Call the bank, or take another one",
    ),
    "why_over_limit": (
        "Сумма выше лимита карты. Измените лимит в~приложении банка или возьмите другую карту",
        "The sum is above the card's limit. Change the limit in the bank's app, or take another card",
    ),
    "why_issuer_unavailable": (
        "Банк не~ответил. Попробуйте ещё раз через несколько минут",
        "The bank did not answer. Try again in a few minutes",
    ),
    "why_suspected_fraud": (
        "Банк счёл оплату подозрительной. Позвоните в~банк или возьмите другую карту",
        "The bank found the payment suspicious. Call it, or take another card",
    ),
    "why_code_failed": ("Код трижды не~подошёл. Начните оплату заново", "The code was wrong three times. Start again"),
    "why_lifetime_over": ("Оплатить можно было до~{time}. Начните заново", "It could be paid by {time}. Start again"),
    "why_payer_refused": ("Вы~отказались от~оплаты", "You chose not to pay"),
    "why_merchant_canceled": ("Платёж отменил «{merchant}»", "{merchant} canceled the payment"),
    # What cannot be shown
    "unknown_title": ("Такой оплаты нет", "There is no such payment"),
    "unknown_lead": (
        "Проверьте адрес или начните оплату заново там, откуда пришли",
        "Check the address, or start again where you came from",
    ),
    "foreign_title": ("Форма пришла с~чужой страницы", "The form came from another site"),
    "foreign_lead": ("Ничего не~изменилось. Откройте оплату заново", "Nothing has changed. Open the payment again"),
    # The page of switches
    "switches_title": ("Переключатели", "Switches"),
    "switches_lead": (
        "Устройте здесь то, что у~настоящего эквайера случается само",
        "Bring about here what happens to a real acquirer by itself",
    ),
    "turn_on": ("Включить", "Turn on"),
    "turn_off": ("Выключить", "Turn off"),
    "off": ("Выключен", "Off"),
    "left": ("Осталось: {n}", "Left: {n}"),
    "times_payment": ("Платежей", "Payments"),
    "times_refund": ("Возвратов", "Refunds"),
    "times_call": ("Запросов", "Calls"),
    "seconds": ("Секунд", "Seconds"),
    "kopecks": ("Копеек", "Kopecks"),
    "value_wrong": ("Введите целое число от~{least} до~{most}", "Enter a whole number from {least} to {most}"),
    "late_webhook": ("Опоздавший вебхук", "Late webhook"),
    "late_webhook_what": ("Сообщит обо всём позже на~столько секунд", "Tells everything so many seconds later"),
    "double_webhook": ("Двойной вебхук", "Double webhook"),
    "double_webhook_what": (
        "Каждое сообщение придёт дважды с~одним и~тем~же номером",
        "Every message comes twice under the same id",
    ),
    "lost_webhook": ("Потерянный вебхук", "Lost webhook"),
    "lost_webhook_what": ("Не~сообщит ничего: магазин спросит сам", "Tells nothing: the merchant has to ask"),
    "out_of_order": ("Вебхуки не~по~порядку", "Webhooks out of order"),
    "out_of_order_what": (
        "Первое сообщение придёт после второго, а~без второго через столько секунд",
        "The first message comes after the second one, or after so many seconds without it",
    ),
    "other_amount": ("Другая сумма", "Another amount"),
    "other_amount_what": ("Возьмёт больше, чем просили, на~столько копеек", "Takes so many kopecks more than asked"),
    "timeout": ("Молчание после оплаты", "Silence after a payment"),
    "timeout_what": (
        "Примет платёж, проведёт его и~промолчит столько секунд",
        "Takes the payment, carries it out and says nothing for so many seconds",
    ),
    "refund_timeout": ("Молчание после возврата", "Silence after a refund"),
    "refund_timeout_what": ("Вернёт деньги и~промолчит столько секунд", "Returns the money and says nothing so long"),
    "refund_slow": ("Долгий возврат", "Slow refund"),
    "refund_slow_what": ("Вернёт деньги через столько секунд", "Returns the money so many seconds later"),
    "refund_refused": ("Отказ в~возврате", "Refused refund"),
    "refund_refused_what": ("Банк не~примет деньги назад", "The bank does not take the money back"),
    "server_error": ("Ошибка 500", "Error 500"),
    "server_error_what": ("Ничего не~сделает и~ответит ошибкой", "Does nothing and answers with an error"),
    "webhooks_title": ("Последние вебхуки", "Latest webhooks"),
    "webhooks_to": ("Идут на~{url}", "They go to {url}"),
    "webhooks_none": (
        "Пока пусто. Оплатите что-нибудь, и~здесь появятся сообщения магазину",
        "Nothing yet. Pay for something, and the messages to the merchant will show here",
    ),
    "state_waiting": ("Ждёт", "Waiting"),
    "state_held": ("Придержан", "Held back"),
    "state_delivered": ("Доставлен", "Delivered"),
    "state_lost": ("Потерян", "Lost"),
    "state_given_up": ("Брошен", "Given up"),
    "no_answer": ("нет ответа", "no answer"),
}


@cache
def words(locale: str) -> dict[str, str]:
    """Return every text in the language."""
    place = LOCALES.index(locale)
    return {key: texts[place].replace("~", NBSP) for key, texts in WORDS.items()}


def chosen(asked: str | None, accepted: str) -> str:
    """Choose the language: the one asked for in the address, else the best of Accept-Language, else Russian."""
    if asked in LOCALES:
        return str(asked)
    ranked = sorted(enumerate(accepted.split(",")), key=lambda part: (-_weight(part[1]), part[0]))
    for _, part in ranked:
        language = part.split(";")[0].strip().lower()[:2]
        if language in LOCALES and _weight(part) > 0:
            return language
    return DEFAULT_LOCALE


def _weight(part: str) -> int:
    """Return the preference of one language in thousandths: 1000 unless «;q=» says less, 0 when it makes no sense."""
    _, marked, written = part.partition("q=")
    if not marked:
        return 1000
    whole, _, fraction = written.strip().partition(".")
    digits = f"{whole}{fraction:0<3.3}"
    return int(digits) if digits.isascii() and digits.isdigit() else 0
