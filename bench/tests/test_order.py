from http_nginx import order


def test_every_round_runs_each_cell_once_and_none_keeps_its_place():
    cells = ["a", "b", "c"]
    rounds = [order(cells, number) for number in range(6)]
    assert all(sorted(each) == cells for each in rounds)
    assert {each[0] for each in rounds} == set(cells)
    followers = {(each[i], each[i + 1]) for each in rounds for i in range(2)}
    assert len(followers) == 6, "each follows each other one at some time"
