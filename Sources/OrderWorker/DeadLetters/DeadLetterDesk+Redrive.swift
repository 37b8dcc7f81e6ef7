import JSON
import Telemetry
import Ticketing

/// What a redrive did, or would do.
package struct RedriveReport: Hashable, Sendable {
    package let isDryRun: Bool
    package var redrivenKeys: [String] = []
    /// Keys with the reason why they still lie there.
    package var failures: [String: String] = [:]
}

/// Sending letters back to work.
extension DeadLetterDesk {
    private enum Redriven: Sendable {
        case sent(DeadLetter)
        case failed(String, reason: String)
    }

    /// Puts a message into the queue for each letter, under a deduplication id of its own, then takes the
    /// letter off the list. Safe to repeat: work that was done is found done.
    ///
    /// A page of letters is redriven at a time, its writes side by side, so that stores which commit in
    /// groups do.
    package func redrive(
        _ selection: DeadLetterSelection, isDryRun: Bool = false
    ) async throws(PortError) -> RedriveReport {
        var report = RedriveReport(isDryRun: isDryRun)
        try await forEachPage(of: selection) { letters async throws(PortError) in
            guard !isDryRun else {
                report.redrivenKeys += letters.map(\.key)
                return
            }
            let messages = await beginRedrives(of: letters, &report)
            let sent = await send(messages, &report)
            await remove(sent)
            report.redrivenKeys += sent.map(\.key)
        }
        ports.logger.info(isDryRun ? "redrive, dry run" : "redriven") { line in
            line.member("letters", report.redrivenKeys.count)
            line.member("failed", report.failures.count)
        }
        return report
    }

    private func beginRedrives(
        of letters: [DeadLetter], _ report: inout RedriveReport
    ) async -> [(DeadLetter, OutgoingMessage)] {
        let deadLetters = ports.deadLetters
        let counts = await SideBySide.results(of: letters) { letter async throws(PortError) in
            try await deadLetters.beginRedrive(of: letter.key)
        }
        var messages: [(DeadLetter, OutgoingMessage)] = []
        for (letter, count) in zip(letters, counts) {
            switch count {
            case .success(let count?): messages.append((letter, letter.message(redrive: count)))
            case .success(nil): break  // Somebody else has taken it off the list meanwhile.
            case .failure(let error): report.failures[letter.key] = error.description
            }
        }
        return messages
    }

    private func send(
        _ messages: [(DeadLetter, OutgoingMessage)], _ report: inout RedriveReport
    ) async -> [DeadLetter] {
        let queue = ports.queue
        let batches = messages.chunks(of: queue.maxBatch).map(Array.init)
        let outcomes = await withTaskGroup(of: [Redriven].self) { group in
            for batch in batches {
                group.addTask {
                    do throws(PortError) {
                        let results = try await queue.send(batch.map(\.1))
                        return zip(batch, results).map { entry, result in
                            switch result {
                            case .done: .sent(entry.0)
                            case .stale: .failed(entry.0.key, reason: "the queue did not take the message")
                            case .failed(let error): .failed(entry.0.key, reason: error.description)
                            }
                        }
                    } catch {
                        return batch.map { .failed($0.0.key, reason: error.description) }
                    }
                }
            }
            var outcomes: [Redriven] = []
            for await batch in group { outcomes += batch }
            return outcomes
        }
        var sent: [DeadLetter] = []
        for outcome in outcomes {
            switch outcome {
            case .sent(let letter): sent.append(letter)
            case .failed(let key, let reason): report.failures[key] = reason
            }
        }
        return sent
    }

    /// A letter that cannot be removed stays although its message is in the queue. Both may be worked on,
    /// and the reconciler removes the letter once its intent has ended.
    private func remove(_ letters: [DeadLetter]) async {
        let deadLetters = ports.deadLetters
        await withTaskGroup(of: Void.self) { group in
            for letter in letters {
                group.addTask {
                    // A worker may have given the message up again by now: that letter is a new one.
                    guard let current = try? await deadLetters.letter(letter.key),
                        current.diedAt == letter.diedAt
                    else { return }
                    _ = try? await deadLetters.remove(letter.key)
                }
            }
        }
    }
}

extension DeadLetter {
    fileprivate func message(redrive count: Int) -> OutgoingMessage {
        OutgoingMessage(message, group: key, deduplicationID: "\(key).redrive.\(count)")
    }
}
