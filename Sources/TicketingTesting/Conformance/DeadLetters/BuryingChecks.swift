import Ticketing

extension DeadLettersConformance {
    static let burying: [Check] = [
        Check("a buried letter is read back as it was given") { letters in
            let unreadable = DeadLetter(
                key: "m-1", message: .unreadable("{\"v\":\u{1}"), event: nil, kind: .unreadableMessage,
                reason: "not JSON", failureCount: 1, diedAt: start.adding(ms: 3), redriveCount: 0)
            let probe = DeadLetter(
                key: "m-2", message: .probe("hello"), event: nil, kind: .receivedTooOften, reason: "r",
                failureCount: 0, diedAt: start, redriveCount: 0)
            for letter in [letter("a"), unreadable, probe] {
                try await letters.bury(letter)
                try requireEqual(await letters.letter(letter.key), letter, "letter \(letter.key)")
            }
            try requireEqual(await letters.letterCount(), 3, "the number of letters")
            try requireEqual(await letters.letter("nobody"), nil, "an unknown letter")
        },
        Check("a key has one letter, the latest") { letters in
            try await letters.bury(letter("a"))
            try await letters.bury(letter("a", kind: .ledger, reason: "the ledger said no"))
            try requireEqual(await letters.letter("a")?.kind, .ledger, "its kind")
            try requireEqual(await letters.letterCount(), 1, "the number of letters")
        },
        Check("letters are listed by key, page by page, by event and by kind") { letters in
            for key in ["c", "a", "d", "b"] { try await letters.bury(letter(key)) }
            try await letters.bury(letter("e", event: "other-hall"))
            try await letters.bury(letter("f", event: nil, kind: .unreadableMessage))
            let first = try await letters.letters(.all, after: nil, limit: 4)
            try requireEqual(first.map(\.key), ["a", "b", "c", "d"], "the first page")
            let second = try await letters.letters(.all, after: "d", limit: 4)
            try requireEqual(second.map(\.key), ["e", "f"], "the second page")
            let other = try await letters.letters(
                DeadLetterFilter(event: .named("other-hall")), after: nil, limit: 10)
            try requireEqual(other.map(\.key), ["e"], "the letters of the other hall")
            let unreadable = try await letters.letters(
                DeadLetterFilter(kind: .unreadableMessage), after: nil, limit: 10)
            try requireEqual(unreadable.map(\.key), ["f"], "the unreadable letters")
            let both = try await letters.letters(
                DeadLetterFilter(event: .named("other-hall"), kind: .unreadableMessage), after: nil, limit: 10
            )
            try requireEqual(both, [], "the unreadable letters of the other hall")
        },
        Check("many letters are listed by key, each once, whatever the pages and whatever was removed") {
            letters in
            let keys = "abcdefghijkl".flatMap { first in "qrstuvwxyz".map { "\(first)\($0)" } }
            _ = try await inParallel(keys.count) { place in
                try await letters.bury(
                    letter(keys[place], event: place % 3 == 0 ? "other-hall" : "small-hall"))
            }
            for place in stride(from: 0, to: keys.count, by: 4) { _ = try await letters.remove(keys[place]) }
            let left = keys.indices.filter { $0 % 4 != 0 }
            for (filter, expected) in [
                (DeadLetterFilter.all, left),
                (DeadLetterFilter(event: .named("other-hall")), left.filter { $0 % 3 == 0 }),
            ] {
                var listed: [String] = []
                while listed.count <= keys.count {
                    let page = try await letters.letters(filter, after: listed.last, limit: 7)
                    listed += page.map(\.key)
                    if page.count < 7 { break }
                }
                try requireEqual(listed, expected.map { keys[$0] }, "the letters in pages of seven")
            }
            try requireEqual(await letters.letterCount(), left.count, "their number")
        },
        Check("a redrive counts, forgets the failures and leaves the letter until it is removed") { letters in
            _ = try await letters.record(failure("a"))
            try await letters.bury(letter("a"))
            try requireEqual(await letters.beginRedrive(of: "a"), 1, "the first redrive")
            try requireEqual(await letters.beginRedrive(of: "a"), 2, "the second redrive")
            try requireEqual(await letters.letter("a"), letter("a", redriveCount: 2), "the letter")
            try requireEqual(await letters.record(failure("a")), 1, "the count of failures")
            try requireEqual(await letters.remove("a"), true, "the removal")
            try requireEqual(await letters.letter("a"), nil, "the removed letter")
            try requireEqual(await letters.remove("a"), false, "the second removal")
        },
        Check("a letter that dies again knows how often it was redriven") { letters in
            try await letters.bury(letter("a"))
            _ = try await letters.beginRedrive(of: "a")
            _ = try await letters.remove("a")
            try await letters.bury(letter("a"))
            try requireEqual(await letters.letter("a")?.redriveCount, 1, "its redrives")
            try requireEqual(await letters.beginRedrive(of: "a"), 2, "the next redrive")
        },
        Check("of parallel redrives each has a count of its own") { letters in
            try await letters.bury(letter("a"))
            let counts = try await inParallel(20) { _ in try await letters.beginRedrive(of: "a") ?? 0 }
            try requireEqual(counts.sorted(), Array(1...20), "the counts")
        },
        Check("what has no letter is not redriven") { letters in
            try requireEqual(await letters.beginRedrive(of: "nobody"), nil, "the redrive")
        },
    ]
}
