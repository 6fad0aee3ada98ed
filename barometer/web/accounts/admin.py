"""People of the desk in the administration pages: to look at. They are invited and changed on the desk."""

from django.contrib import admin

from barometer.web.accounts.models import User


@admin.register(User)
class Account(admin.ModelAdmin):
    """Accounts, without their passwords, and without any way to add, change or delete."""

    list_display = ("username", "is_active", "is_superuser")
    search_fields = ("username",)
    fields = ("username", "is_active", "is_superuser", "groups", "date_joined")
    actions = None

    def has_add_permission(self, request, obj=None):
        """Never."""
        return False

    has_change_permission = has_delete_permission = has_add_permission
