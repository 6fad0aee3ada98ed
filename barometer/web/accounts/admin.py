"""People of the desk in the administration pages."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from barometer.web.accounts.models import User

admin.site.register(User, UserAdmin)
