{
    "name": "Customer Retention - Contribution From Deliveries",
    "summary": "What goods cost when they left the warehouse counts in the contribution of customers",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Retention contributors",
    "license": "LGPL-3",
    "depends": ["customer_retention_margin", "sale_stock_margin"],
    "auto_install": True,
}
