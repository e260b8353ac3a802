import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_portal_profile", {
    steps: () => [
        {
            content: "from the home of the portal",
            trigger: "a[href='/my/profile']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_retention_profile label:contains(Speed)",
            run: "click",
        },
        {
            trigger: "input[name=preferred_name]",
            run: "edit Eddie",
        },
        {
            trigger: "input[name=birthday_day]",
            run: "edit 31",
        },
        {
            trigger: "select[name=birthday_month]",
            run: "selectByLabel April",
        },
        {
            trigger: "label:contains(Music)",
            run: "click",
        },
        {
            trigger: ".o_retention_profile button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "a day that does not exist is said, and what was typed is kept",
            trigger: "[data-name=birthday] [role=alert]:contains(no such day)",
        },
        { trigger: "input[name=preferred_name]:value(Eddie)" },
        {
            content: "nothing is wider than the phone",
            trigger: "body",
            run() {
                const { scrollWidth, clientWidth } = document.documentElement;
                if (scrollWidth > clientWidth) {
                    throw new Error(`The page is ${scrollWidth} wide on ${clientWidth}.`);
                }
            },
        },
        {
            trigger: "input[name=birthday_day]",
            run: "edit 30",
        },
        {
            trigger: ".o_retention_profile button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(Saved. Thank you.)" },
    ],
});
