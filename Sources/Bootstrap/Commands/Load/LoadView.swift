import LoadBot

/// The run as it goes: a picture that is drawn anew on a terminal, plain lines elsewhere. Both go to standard error,
/// so that standard output has the result alone.
final class LoadView {
    private let console: Console
    private let view = LiveView()
    private let isTerminal: Bool
    private var drawnLines = 0
    private var nextLineAt = 0.0

    private static let fewestLinesApart = 1.0
    private static let mostLines = 120.0

    init(_ console: Console) {
        self.console = console
        isTerminal = console.output.isTerminal(.standardError)
    }

    func show(_ moment: LiveView.Moment) {
        guard isTerminal else { return showLine(moment) }
        let lines = view.screen(moment)
        // Up to where the picture began, and everything below is wiped.
        let back = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r\u{1B}[J" : ""
        console.output.write(back + lines.joined(separator: "\n") + "\n", to: .standardError)
        drawnLines = lines.count
    }

    func end() { drawnLines = 0 }

    private func showLine(_ moment: LiveView.Moment) {
        guard moment.atSeconds >= nextLineAt else { return }
        nextLineAt = moment.atSeconds + max(Self.fewestLinesApart, moment.plan.seconds / Self.mostLines)
        console.complain(view.line(moment))
    }
}
