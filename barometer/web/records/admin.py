"""The ledger in the administration pages: to look at. Changes go through barometer.web.actions."""

from django.apps import apps
from django.contrib import admin


class ReadOnly(admin.ModelAdmin):
    """Rows and their fields, without any way to add, change or delete."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request, obj=None):
        """Never."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


#: What the pages call rows whose plural English would spell wrong.
PLURALS = {"party": "people, outlets and bodies"}

for model in apps.get_app_config("records").get_models():
    model._meta.verbose_name_plural = PLURALS.get(model._meta.model_name, model._meta.verbose_name_plural)
    admin.site.register(model, ReadOnly)
admin.site.site_header = admin.site.site_title = "Press Barometer"
