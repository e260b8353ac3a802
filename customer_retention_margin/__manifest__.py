{
    "name": "Customer Retention - Contribution",
    "summary": "What is left of a customer's sales after goods, visits, thanks and late payment",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Retention contributors",
    "license": "LGPL-3",
    "depends": ["calendar", "customer_retention", "sale_margin"],
    "data": [
        "security/margin_security.xml",
        "security/ir.model.access.csv",
        "data/mail_activity_type_data.xml",
        "views/retention_cost_rate_views.xml",
        "views/mail_activity_type_views.xml",
        "views/retention_customer_views.xml",
        "views/res_partner_views.xml",
    ],
    "demo": ["demo/margin_demo.xml"],
    "assets": {
        "web.assets_backend": ["customer_retention_margin/static/src/**/*"],
        "web.assets_tests": ["customer_retention_margin/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
}
