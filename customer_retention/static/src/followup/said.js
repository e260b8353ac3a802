import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const SECONDS = 10;

/** Says what became of a follow-up, and for ten seconds offers to take it back. */
registry.category("actions").add("retention_said", (env, { params }) => {
    const { action, notification, orm } = env.services;
    const close = notification.add(params.message, {
        type: "success",
        autocloseDelay: SECONDS * 1000,
        buttons: params.undo
            ? [
                  {
                      name: _t("Undo"),
                      primary: true,
                      onClick: async () => {
                          close();
                          await orm.call("retention.followup", "action_undo", [params.undo]);
                          await action.doAction("soft_reload");
                      },
                  },
              ]
            : [],
    });
    return { type: "ir.actions.act_window_close" };
});
