"""A handful of the seeded schedules of `bench.faults`; the whole run stands in `docs/reliability.md`."""

from bench.faults import run_seeds


async def test_after_overlapping_faults_the_board_equals_the_truth_and_nothing_wrong_was_shown_for_long() -> None:
    results = await run_seeds(range(1, 7), jobs=6)
    assert [str(result) for result in results if not result.is_good] == []
