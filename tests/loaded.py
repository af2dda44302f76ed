"""Loads all of the program that a process of the desk loads, and starts nothing: see `tests/processes.py`."""

import gc

import admin.app
import bot.handlers.dispatch
import bot.line
import bot.pages.app
import bot.scheduling.delivery
import bot.scheduling.mail
import bot.scheduling.quota
import bot.scheduling.timetable
import migrations.runner
import tests.booking.story
import tests.closures.scene
import tests.crash.launcher
import tomarigi.web
import tomarigi.worker
from desk.needs.service import shipped_reader

__all__ = ["admin", "bot", "migrations", "tests", "tomarigi"]

shipped_reader()
# What all share stays shared: nobody's collector writes into it.
gc.freeze()
