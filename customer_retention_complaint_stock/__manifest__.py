{
    "name": "Customer Retention: Complaints About Deliveries",
    "summary": "Note a complaint on a transfer, and know which delivery it was",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Retention contributors",
    "license": "LGPL-3",
    "depends": ["customer_retention_complaint", "sale_stock"],
    "data": ["views/stock_picking_views.xml", "views/retention_complaint_views.xml"],
    "auto_install": True,
}
