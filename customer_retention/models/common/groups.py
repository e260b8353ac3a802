"""Who reads what salespeople know: the groups that fields and buttons name."""

SALESMAN = "sales_team.group_sale_salesman"
ALL_LEADS = "sales_team.group_sale_salesman_all_leads"
