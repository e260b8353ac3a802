"""Who reads what salespeople know: the groups that fields and buttons name."""

SALESMAN = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"
ALL_LEADS = "sales_team.group_sale_salesman_all_leads"
