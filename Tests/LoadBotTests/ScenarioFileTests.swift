import JSON
import LoadBot
import Testing

@Suite("A scenario file")
struct ScenarioFileTests {
    private func faults(_ text: String) -> [String] {
        do throws(ScenarioFaults) {
            _ = try ScenarioFile.read(Array(text.utf8))
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test("of a preset reads back as the same", arguments: ScenarioPreset.allCases)
    func presets(preset: ScenarioPreset) throws {
        #expect(try ScenarioFile.read(preset.scenario.json) == preset.scenario)
    }

    @Test("that says nothing is the on-sale: an hour in six steps, 70, 20 and 10 percent")
    func empty() throws {
        let scenario = try ScenarioFile.read(Array("{}".utf8))
        #expect(scenario == ScenarioPreset.onsale.scenario)
        #expect(scenario.ratePlan.seconds == 3_300)
        #expect(scenario.steps.map(\.percent) == [5, 10, 50, 100, 100, 10])
        #expect(scenario.mix.publicShare == 70)
        #expect(scenario.mix.confirmShare == 20)
        #expect(scenario.mix.queueShare == 10)
    }

    @Test("scales every step and no rate")
    func scale() throws {
        let scenario = try ScenarioFile.read(Array("{\"timeScale\": 0.01, \"peakPerSecond\": 100}".utf8))
        #expect(abs(scenario.ratePlan.seconds - 33) < 1e-9)
        #expect(scenario.ratePlan.peakPerSecond == 100)
        #expect(scenario.sliceMs == 275)
        #expect(ScenarioPreset.onsale.scenario.sliceMs == 1_000)
    }

    @Test("has each of its faults told with its line")
    func faults() {
        let text = """
            {
              "name": "x",
              "peak": 5,
              "arrivals": "often",
              "timeoutMs": 0,
              "steps": [
                {"name": "a", "percent": 10},
                {"name": "b", "percent": 101, "seconds": 1}
              ],
              "mix": {"public": -1, "queues": 1},
              "purchases": {"paymentToken": "a b"}
            }
            """
        let found = faults(text)
        #expect(
            found == [
                "line 3: `peak` is not a member that is known here",
                "line 4: `often` must be `constant` or `poisson`",
                "line 5: must be from 1 to 60000, not 0",
                "line 7: a step needs `name`, `percent` and `seconds`",
                "line 8: must be from 0.001 to 100.0, not 101.0",
                "line 10: must be from 0.0 to 100.0, not -1.0",
                "line 10: `queues` is not a member that is known here",
                "line 11: `paymentToken` must be 1 to 64 visible characters",
            ], "\(found)")
    }

    @Test("that is no JSON, or makes no run, is refused")
    func refused() {
        #expect(faults("{\"name\": }").count == 1)
        #expect(faults("[]").count == 1)
        #expect(faults("{\"steps\": []}") == ["line 1: `steps` must have at least one step"])
        #expect(faults("{\"mix\": {\"public\": 0, \"confirm\": 0, \"queue\": 0}}").count == 1)
        #expect(faults("{\"purchases\": {\"repeatPercent\": 60, \"conflictPercent\": 41}}").count == 1)
        #expect(faults("{\"events\": [\"a/b\"]}").count == 1)
    }
}
