"""The dashboard: the catalogue on a page that moves, and the decisions that wait for a person.

A page is a module of `pages` with a tuple PAGES; nothing else has to name it. Its function gets what was
asked and returns plain data: dataclasses of services, numbers, times, text. The same data is rendered by the
page's template, or answered as JSON under the page's address with ".json" (that of "/" is "/overview.json"):

    PAGES = (Page("/plans", "plans.html", plans, title="Plans", menu="Plans"),)

    async def plans(asked: Asked) -> Data:
        return {"plans": await list_plans(asked.database, source=asked.text("source"), limit=50)}

What a person decides is an Action in the module's tuple ACTIONS: a form sent to its path, for staff alone.
It returns where to go next and what was done. The dashboard has checked where the form comes from before it
is called.

    ACTIONS = (Action("/plans/{plan:uuid}/approve", approve),)

    async def approve(asked: Asked, form: Form) -> Done:
        await approve_plan(asked.database, decide.User(asked.user.claims), asked.path["plan"])
        return Done("/plans", "Plan applied.")

Templates extend `layout.html` and take parts from `parts/ui.html`, as `ui.table`, `ui.pager`, `ui.chart`,
`ui.empty`, `ui.badge`, `ui.decide`. A page names in `topics` what it depends on: when that changes,
`live.js` asks for the page again and puts what is different into `main`. Errors are raised: errors.py makes
a page of each, or JSON.
"""
