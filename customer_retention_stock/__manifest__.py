{
    "name": "Customer Retention: Deliveries",
    "summary": "Follow-up programs that start when the goods have left for the customer",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Retention contributors",
    "license": "LGPL-3",
    "depends": ["customer_retention", "sale_stock"],
    "demo": ["demo/stock_picking_demo.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
