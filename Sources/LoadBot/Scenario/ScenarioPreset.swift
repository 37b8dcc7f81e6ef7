/// Scenarios that need no file.
package enum ScenarioPreset: String, CaseIterable, Sendable {
    /// The rehearsal of an on-sale, an hour long.
    case onsale
    /// Half a minute that shows whether everything answers.
    case smoke
    /// Hours at half of the peak, for what only shows after a while.
    case soak

    package var scenario: Scenario {
        var scenario = Scenario()
        scenario.name = rawValue
        switch self {
        case .onsale: break
        case .smoke:
            scenario.peakPerSecond = 50
            scenario.buyers = 50
            scenario.steps = [
                ScenarioStep("warm-up", percent: 20, seconds: 5),
                ScenarioStep("hold", percent: 100, seconds: 20),
                ScenarioStep("cool-down", percent: 20, seconds: 5),
            ]
            scenario.stop.notHeldSeconds = 10
            scenario.stop.p95Seconds = 10
            scenario.stop.failedSeconds = 5
        case .soak:
            scenario.steps = [
                ScenarioStep("warm-up", percent: 5, seconds: 300),
                ScenarioStep("hold", percent: 50, seconds: 4 * 3_600),
                ScenarioStep("cool-down", percent: 10, seconds: 300),
            ]
        }
        return scenario
    }
}
