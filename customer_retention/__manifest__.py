{
    "name": "Customer Retention",
    "summary": "What each customer is worth, who goes silent and why, in the partner form",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Retention contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["account", "contacts", "sale_crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/retention_security.xml",
        "data/ir_cron_data.xml",
    ],
    "demo": [],
}
