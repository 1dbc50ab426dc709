"""Addresses of the browser screens."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from frontoffice.actions import ACTIONS
from frontoffice.views import (
    appointment,
    availability,
    available,
    caller,
    contact,
    customer_page,
    day_list,
    delivery,
    desk,
    dialling,
    forecast,
    holding,
    home,
    inbox,
    lines,
    lookback,
    made,
    receipt,
    selection,
    wallboard,
    work,
    worklist,
)

urlpatterns = [
    path("", home.home, name="home"),
    path(
        "sign-in/",
        LoginView.as_view(template_name="sign_in/form.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("desk/", desk.desk, name="desk"),
    path("desk/hold/", holding.keep, name="hold"),
    path("desk/texts/", desk.texts, name="texts"),
    path("desk/booked-with/<uuid:token>/", receipt.booked_with, name="booked-with"),
    path("appointments/<str:reference>/undo/", receipt.take_back, name="undo"),
    path("desk/callers/", caller.search, name="callers"),
    path("desk/customers/<int:pk>/", caller.customer, name="customer"),
    path("desk/appointments/<str:reference>/<slug:slug>/", caller.act, name="desk-act"),
    path("desk/first-line/", caller.free_now, name="first-line"),
    path("desk/contact/", contact.register, name="contact"),
    path("callback/", customer_page.show, name="customer-page"),
    *(
        path(f"callback/{slug}/", customer_page.change, {"slug": slug}, name=f"customer-{slug}")
        for slug in customer_page.DOORS
    ),
    path("available/", available.put, name="available"),
    path("day-list/", day_list.page, name="day-list"),
    path("day-list/<int:pk>/", day_list.sheet, name="day-list-sheet"),
    path("queue/", work.mine, name="mine"),
    path("queue/confirm/", selection.confirm, name="confirm-selected"),
    path("board/", work.board, name="board"),
    path("wallboard/", wallboard.show, name="wallboard"),
    path("look-back/", lookback.page, name="look-back"),
    path("look-back/paper/", lookback.paper, name="look-back-paper"),
    path("look-back/forecast/", forecast.page, name="look-back-forecast"),
    path("look-back/lines/", lines.page, name="look-back-lines"),
    path("look-back/<slug:slug>/csv/", lookback.csv, name="look-back-csv"),
    path("made/", made.made, name="made"),
    path("made/read/", made.read, name="made-read"),
    path("made/unread/", made.unread, name="made-unread"),
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/read/", inbox.read, name="inbox-read"),
    path("messages/unread/", inbox.unread, name="inbox-unread"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("delivery/", delivery.delivery, name="delivery"),
    path("delivery/retry/", delivery.retry, name="delivery-retry"),
    path("messages/<uuid:uid>/told/", delivery.told, name="told"),
    path("availability/", availability.page, name="availability"),
    path("availability/preview/", availability.preview, name="availability-preview"),
    path("availability/publish/", availability.publish, name="availability-publish"),
    path("availability/change/", availability.change, name="availability-change"),
    path("availability/end/", availability.end, name="availability-end"),
    path("availability/day/", availability.day, name="availability-day"),
    path("availability/absence/", availability.absence, name="availability-absence"),
    path("availability/back/", availability.back, name="availability-back"),
    path("availability/copy/", availability.copy, name="availability-copy"),
    path("availability/connect/", availability.connect, name="availability-connect"),
    path("availability/feed/", availability.feed, name="availability-feed"),
    path("appointments/<str:reference>/call/", dialling.begin, name="begin-call"),
    path("appointments/<str:reference>/", appointment.show, name="appointment"),
    *(
        path(
            f"appointments/<str:reference>/{slug}/",
            appointment.act,
            {"slug": slug},
            name=f"appointment-{slug}",
        )
        for slug in ACTIONS
    ),
]
