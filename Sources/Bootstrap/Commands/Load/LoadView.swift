import LoadBot

/// The run as it goes: a picture that is drawn anew on a terminal, plain lines elsewhere. Both go to standard error,
/// so that standard output has the result alone.
final class LoadView {
    private let console: Console
    private let view = LiveView()
    private let isTerminal: Bool
    private var window: LiveWindow
    private var drawnLines = 0

    private static let leastSeconds = 1.0
    private static let mostLines = 120.0
    private static let usualColumns = 80
    private static let fewestColumns = 20

    init(_ console: Console, runSeconds: Double) {
        self.console = console
        isTerminal = console.output.isTerminal(.standardError)
        window = LiveWindow(
            leastSeconds: isTerminal
                ? Self.leastSeconds : max(Self.leastSeconds, runSeconds / Self.mostLines))
    }

    func show(_ moment: LiveView.Moment) {
        if let moment = window.add(moment) { put(moment) }
    }

    func end() {
        if let moment = window.rest() { put(moment) }
        drawnLines = 0
    }

    private func put(_ moment: LiveView.Moment) {
        guard isTerminal else { return console.complain(view.line(moment)) }
        // Asked each time, since people drag windows; a line in the last column would wrap on some terminals.
        let columns = console.output.columns(.standardError) ?? Self.usualColumns
        let lines = view.screen(moment, width: max(Self.fewestColumns, columns - 1))
        // Up to where the picture began, and everything below is wiped.
        let back = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r\u{1B}[J" : ""
        console.output.write(back + lines.joined(separator: "\n") + "\n", to: .standardError)
        drawnLines = lines.count
    }
}
