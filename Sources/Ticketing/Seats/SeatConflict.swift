/// A seat that stands in the way of an intent, and why: whose it is and until when, so that who hears it may
/// refuse others for a while without asking again.
package struct SeatConflict: Hashable, Sendable {
    package let seat: SeatID
    package let obstacle: SeatObstacle

    package init(seat: SeatID, obstacle: SeatObstacle) {
        self.seat = seat
        self.obstacle = obstacle
    }

    /// What anybody may be told: never the owner.
    package var availability: SeatAvailability { obstacle.availability }
}
