// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStaking} from "../interfaces/IStaking.sol";

/// @title How a slashed lock is divided
/// @notice docs/security.md, section Money. At least half is burned, because the earliest challenger may be the liar's
/// accomplice and the requester too: what they get back is never more than the other half.
library Slash {
    /// @param amount The lock.
    /// @param ownPart What of it is the operator's own stake, as opposed to delegated.
    function divide(
        uint96 amount,
        uint96 ownPart,
        IStaking.SlashSplit memory split
    ) internal pure returns (uint96 reward, uint96 toRequester, uint96 burned) {
        uint96 left = amount / 2;
        if (split.rewarded != address(0)) reward = min(split.rewardCap, min(ownPart / 2, left));
        left -= reward;
        toRequester = min(split.requesterMax, left);
        // INVARIANT: reward + toRequester <= floor(amount / 2), so the burn is at least half, rounded up.
        burned = amount - reward - toRequester;
    }

    function min(uint96 a, uint96 b) private pure returns (uint96) {
        return a < b ? a : b;
    }
}
