import Ticketing

/// What every payment gateway must do: `one-charge`, asked as often as one likes.
package enum PaymentGatewayConformance {
    /// A gateway with a look into its books.
    package struct Subject: Sendable {
        let gateway: any PaymentGateway
        let captureCount: @Sendable (Attempt) async throws -> Int
        let refundCount: @Sendable (Attempt) async throws -> Int

        package init(
            _ gateway: any PaymentGateway,
            captureCount: @escaping @Sendable (Attempt) async throws -> Int,
            refundCount: @escaping @Sendable (Attempt) async throws -> Int
        ) {
            self.gateway = gateway
            self.captureCount = captureCount
            self.refundCount = refundCount
        }
    }

    package typealias Check = ConformanceCheck<Subject>

    package static let checks: [Check] = charging + reversing

    private static func charge(_ number: UInt64, token: String = "tok_ok") throws -> Charge {
        Charge(
            attempt: Attempt(high: 1, low: number), amount: .won(90_000),
            payment: try PaymentMethod(name: "sandbox", token: token), reference: "small-hall")
    }

    private static let charging: [Check] = [
        Check("a charge is captured once, and asked again it gives the same answer") { subject in
            let charge = try charge(1)
            let first = try await subject.gateway.charge(charge)
            guard case .captured(let reference) = first, !reference.isEmpty else {
                throw ConformanceFailure(message: "the charge is \(first)", place: #fileID)
            }
            try requireEqual(await subject.gateway.charge(charge), first, "the second answer")
            try requireEqual(await subject.captureCount(charge.attempt), 1, "the number of captures")
        },
        Check("50 parallel charges of one attempt are one capture with one answer") { subject in
            let charge = try charge(1)
            let answers = try await inParallel(50) { _ in try await subject.gateway.charge(charge) }
            try requireEqual(Set(answers).count, 1, "the number of different answers")
            try requireEqual(await subject.captureCount(charge.attempt), 1, "the number of captures")
        },
        Check("a declined charge stays declined and captures nothing") { subject in
            let charge = try charge(1, token: "tok_declined")
            let first = try await subject.gateway.charge(charge)
            guard case .declined = first else {
                throw ConformanceFailure(message: "the charge is \(first)", place: #fileID)
            }
            try requireEqual(await subject.gateway.charge(charge), first, "the second answer")
            try requireEqual(await subject.captureCount(charge.attempt), 0, "the number of captures")
        },
        Check("two attempts are two charges, with references of their own") { subject in
            let answers = [
                try await subject.gateway.charge(try charge(1)),
                try await subject.gateway.charge(try charge(2)),
            ]
            try requireEqual(Set(answers).count, 2, "the number of different answers")
        },
    ]

    private static let reversing: [Check] = [
        Check("a captured charge is refunded once, however often one asks") { subject in
            let charge = try charge(1)
            _ = try await subject.gateway.charge(charge)
            let reversals = try await inParallel(20) { _ in try await subject.gateway.reverse(charge.attempt)
            }
            try requireEqual(Set(reversals), [.refunded(charge.amount)], "the answers")
            try requireEqual(await subject.refundCount(charge.attempt), 1, "the number of refunds")
        },
        Check("a refunded attempt is never captured again") { subject in
            let charge = try charge(1)
            _ = try await subject.gateway.charge(charge)
            _ = try await subject.gateway.reverse(charge.attempt)
            try requireEqual(await subject.gateway.charge(charge), .reversed, "the late charge")
            try requireEqual(await subject.captureCount(charge.attempt), 1, "the number of captures")
        },
        Check("an attempt reversed before the gateway heard of it is never captured") { subject in
            let charge = try charge(1)
            try requireEqual(await subject.gateway.reverse(charge.attempt), .voided, "the reversal")
            try requireEqual(await subject.gateway.charge(charge), .reversed, "the late charge")
            try requireEqual(await subject.captureCount(charge.attempt), 0, "the number of captures")
            try requireEqual(await subject.gateway.reverse(charge.attempt), .voided, "the second reversal")
        },
        Check("a declined attempt is voided, and nothing is paid back") { subject in
            let charge = try charge(1, token: "tok_declined")
            _ = try await subject.gateway.charge(charge)
            try requireEqual(await subject.gateway.reverse(charge.attempt), .voided, "the reversal")
            try requireEqual(await subject.refundCount(charge.attempt), 0, "the number of refunds")
        },
        Check("of a charge and a reversal in parallel nothing stays captured") { subject in
            for number in 0..<30 {
                let charge = try charge(UInt64(number))
                async let charging = subject.gateway.charge(charge)
                async let reversing = subject.gateway.reverse(charge.attempt)
                _ = try await (charging, reversing)
                let captures = try await subject.captureCount(charge.attempt)
                let refunds = try await subject.refundCount(charge.attempt)
                try require(captures == refunds && captures <= 1, "\(captures) captures, \(refunds) refunds")
            }
        },
    ]
}
