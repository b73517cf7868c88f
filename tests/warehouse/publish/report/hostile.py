"""A workspace in which every text that comes from outside, or that a person types, tries to be something else."""

from __future__ import annotations

from tests.conftest import OTHER_PAGE, PAGE, World, meta, post, sheet

TEXTS = (
    "<script>window.attacked = 1</script>",
    "</script><script>window.attacked = 2</script>",
    "<!--<script>",
    '<img src=x onerror="window.attacked = 3">',
    '"><svg onload=window.attacked=4>',
    "' onmouseover='window.attacked=5' x='",
    '=HYPERLINK("javascript:window.attacked=6","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "javascript:window.attacked=7",
    "{{ 7 * 7 }}{% raw %} {0.__class__} %s ${window.attacked=8}",
    "&lt;b&gt;&amp;&#60;",
    "]]><![CDATA[",
    "\\u003cscript\\u003ewindow.attacked=9\\u003c/script\\u003e",
)
"""What has to stand on the page as it is written here."""
ZALGO = "Z" + "\u0351\u0363\u0321" * 40 + "algo"
OVERRIDE = "report \u202egnp.exe"
LONG = "ច្បាប់" * 10_000
"""60,000 letters."""
LINKS = (
    "javascript:window.attacked=20", " JaVaScRiPt:window.attacked=21", "data:text/html,<script>window.attacked=22</script>",
    "vbscript:x", "file:///etc/passwd", 'https://example.org/"><script>window.attacked=23</script>', "http://[broken",
    "//example.org/without-a-scheme",
)  # fmt: skip
NAME = '<b onclick="window.attacked=30">Name</b> & "more" \u202e'
STAGE = "a&b=c#d%2"
PLAN = f"""
[project]
name = '<script>window.attacked = 40</script>'
timezone = "Asia/Phnom_Penh"
[[activity]]
id = "1/<i>"
name = '</title><script>window.attacked = 41</script>'
[[campaign]]
id = "../<u>&x#y?z"
activity = "1/<i>"
name = '</script><img src=x onerror=window.attacked=42>'
match = {{ hashtags = ["forum"] }}
stages = ['{STAGE}', '<s>won</s>']
[[asset]]
id = "constructor"
campaign = "../<u>&x#y?z"
posts = ["facebook:{PAGE}_122158000000000001"]
[[asset]]
id = "<img src=x onerror=window.attacked=48>"
name = "<img src=x onerror=window.attacked=43>"
campaign = "../<u>&x#y?z"
stage = '{STAGE}'
posts = ["facebook:{PAGE}_122158000000000002"]
[[organisation]]
name = '<script>window.attacked = 44</script>'
contact = '<a href="javascript:window.attacked=45">me</a>'
[[account]]
id = "facebook:{PAGE}"
organisation = '<script>window.attacked = 44</script>'
[[indicator]]
id = "i<1>"
name = '<script>window.attacked = 46</script>'
of = "activity:1/<i>"
metric = "views"
target = 10
[[indicator]]
id = "i2"
name = "By hand"
of = "activity:1/<i>"
actual = 3
target = 4
source = '<script>window.attacked = 47</script>'
"""


def fill(world: World) -> None:
    """Writes the plan, and drops some 140 posts: hostile texts, names, links and file names, and plain ones."""
    world.workspace.plan_file.write_text(PLAN, encoding="utf-8")
    texts = (*TEXTS, ZALGO, OVERRIDE, LONG)
    # Plain rows come first: a table whose first links are all of unknown hosts is no export of Facebook's.
    rows = [
        post(number, Page_name=NAME, Views=number, Reactions=None if number % 3 else number)
        for number in range(100, 200)
    ]
    rows += [
        post(number, Page_name=NAME, Description=f"{text} #forum", Views=1000 + number, Reach=500, Reactions=number,
             Permalink=LINKS[number % len(LINKS)])
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip
    world.drop("2024-12-30/<img src=x onerror=window.attacked=50>.csv", meta(*rows))
    others = [post(300 + n, OTHER_PAGE, Page_name=text, Description=text) for n, text in enumerate(TEXTS)]
    others += [post(400 + n, OTHER_PAGE, Description=f"Plain {n}") for n in range(7)]
    world.drop("2024-12-30/';alert(1)&quot;.csv", meta(*others))
    world.drop(
        "2024-12-30/half.csv",
        meta(post(500, Page_name=NAME, Description="half a letter"))
        .replace("half a", "\ud83d")
        .encode("utf-16", "surrogatepass"),
    )
    typed = {"platform": "facebook", "account": NAME, "organisation": TEXTS[0], "link": LINKS[0], "kind": "post",
             "title": "#forum typed", "published": "2024-09-02", "read_on": "2024-12-30", "views": 7, "note": TEXTS[3], "no": 1}  # fmt: skip
    listed = sheet(typed, typed | {"no": 2, "link": "https://www.facebook.com/a/posts/1", "account": TEXTS[4]})
    world.drop("2024-12-30/partner.csv", listed)
    world.drop("2024-12-30/<script>.txt", "<script>window.attacked = 51</script>")
