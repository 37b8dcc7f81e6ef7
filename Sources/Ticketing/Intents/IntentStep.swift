/// What can happen to an intent after it is opened.
package enum IntentStep: String, Hashable, Sendable, CaseIterable {
    case claim
    case confirm
    case decline
    case cancel
    case expire
}
