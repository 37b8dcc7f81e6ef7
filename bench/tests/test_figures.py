from figures import Spread, paired, table, write_json


def test_a_spread_is_the_median_and_what_it_lay_between():
    assert Spread.of([3, 1, 2]) == Spread(median=2, least=1, most=3, count=3)
    assert Spread.of([3, 1, 2]).words() == "2.00 [1.00..3.00]"
    assert Spread.of([]) is None


def test_ratios_are_paired_by_round_and_a_void_round_is_left_out():
    ours, theirs = {0: 8.0, 1: 6.0, 2: 9.0}, {0: 4.0, 2: 3.0, 3: 1.0}
    assert paired(ours, theirs) == [2.0, 3.0]


def test_columns_are_as_wide_as_their_widest_cell():
    assert table(["server", "us"], [["a", 7.25], ["longest name", 10]]).splitlines() == [
        "server          us",
        "a             7.25",
        "longest name    10",
    ]


def test_spreads_are_written_as_plain_objects(tmp_path):
    path = tmp_path / "figures.json"
    write_json(path, {"cpu": Spread.of([1.0])})
    assert path.read_text().replace("\n", "").replace(" ", "") == (
        '{"cpu":{"median":1.0,"least":1.0,"most":1.0,"count":1}}')
