"""A workspace in which every name is Khmer: long and without a space, with Khmer digits, with letters of zero width."""

from __future__ import annotations

from tests.conftest import OTHER_PAGE, PAGE, World, meta, post

UNSPACED = "វេទិកាជាតិស្តីពីសិទ្ធិទទួលបានព័ត៌មាននិងសេរីភាពមូលដ្ឋានសម្រាប់យុវជននិងស្ត្រីនៅតាមបណ្តាខេត្តទាំងអស់" * 3
"""Some 280 letters without a place to break but that of words, which only a dictionary knows."""
DIGITS = "យុទ្ធនាការ២០២៤លើកទី១២៣៤៥៦៧៨៩០"
MIXED = "IDUAI2024ថ្ងៃអន្តរជាតិ_ATI#សិទ្ធិដឹងwww.example.org/ព័ត៌មាន"
ZERO_WIDTH = "សិទ្ធិ\u200bទទួល\u200bបាន\u200bព័ត៌មាន\u200bសម្រាប់\u200bទាំង\u200bអស់​គ្នា" * 4
COENG = "ក្រ្យ្វ្រ្យ្វ" * 30
"""Letters below letters below letters, more than words have."""
HASHTAG = "#AccessToInformationForEveryYoungWomanInEveryProvince2024"
"""A name that has no place to break."""
NAMES = (UNSPACED, DIGITS, MIXED, ZERO_WIDTH, COENG)
PLAN = f"""
[project]
name = "{UNSPACED}"
timezone = "Asia/Phnom_Penh"
starts = 2024-07-01
ends = 2024-12-30
[[activity]]
id = "{DIGITS}"
name = "{ZERO_WIDTH}"
[[campaign]]
id = "{UNSPACED[:60]}"
activity = "{DIGITS}"
name = "{UNSPACED}"
match = {{ hashtags = ["forum"] }}
stages = ["{MIXED}", "{DIGITS}"]
[[campaign]]
id = "{DIGITS}"
activity = "{DIGITS}"
name = "{COENG}"
match = {{ hashtags = ["debate"] }}
[[campaign]]
id = "without-posts"
activity = "{DIGITS}"
name = "{HASHTAG}"
match = {{ hashtags = ["nobody"] }}
[[asset]]
id = "{MIXED}"
name = "{UNSPACED}"
campaign = "{UNSPACED[:60]}"
stage = "{DIGITS}"
posts = ["facebook:{PAGE}_122158000000000001"]
[[organisation]]
name = "{ZERO_WIDTH}"
contact = "{UNSPACED}"
[[account]]
id = "facebook:{PAGE}"
organisation = "{ZERO_WIDTH}"
[[indicator]]
id = "{DIGITS}"
name = "{UNSPACED}"
of = "activity:{DIGITS}"
metric = "views"
target = 10
[[indicator]]
id = "{MIXED}"
name = "{MIXED}"
of = "activity:{DIGITS}"
actual = 3
target = 4
source = "{UNSPACED}"
"""


def fill(world: World) -> None:
    """Writes the plan, and drops posts of two pages into folders and files that have Khmer names."""
    world.workspace.plan_file.write_text(PLAN, encoding="utf-8")
    for day, gain in (("2024-10-01", 0), ("2024-12-30", 500)):
        rows = [post(number, Page_name=UNSPACED, Description=f"{NAMES[number % 5]} #forum", Views=100 * number + gain,
                     Reach=50, Reactions=None if number % 2 else 7) for number in range(1, 12)]  # fmt: skip
        rows += [post(20, OTHER_PAGE, Page_name=ZERO_WIDTH, Description=f"{UNSPACED} #debate", Views=9 + gain, Reach=5)]
        rows += [post(30, OTHER_PAGE, Page_name=ZERO_WIDTH, Description=UNSPACED, Views=1)]
        world.drop(f"{day}/{DIGITS}/{UNSPACED[:60]}.csv", meta(*rows))
    world.drop(f"2024-12-30/{UNSPACED[:70]}.csv", "ក,ខ\n១,២\n")
