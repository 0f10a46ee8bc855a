// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CollateralTooLarge, GasPriceTooHigh} from "../MarketErrors.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";

/// @title Price, collateral and bond of a claim
/// @notice docs/security.md, section Money.
library Pricing {
    uint256 internal constant BASIS = 10_000;

    /// @notice Price after `elapsed` seconds of an attempt that opened at `from`.
    /// @dev The ramp makes an early claim cost price instead of gas. A further attempt starts at the price that the one
    /// before was claimed at: nobody honest has claimed below, and the requester has waited long enough.
    /// @param from Price at which the attempt before was claimed; 0 in the first.
    function price(
        IJobMarket.Terms calldata terms,
        uint96 from,
        uint256 elapsed
    ) internal pure returns (uint96) {
        (uint256 low, uint256 high, uint256 ramp) = (terms.minPrice, terms.maxPrice, terms.rampSeconds);
        if (elapsed >= ramp) return uint96(high);
        uint256 now_ = (from > low ? from : low) + ((high - low) * elapsed) / ramp;
        // SAFETY: at most `maxPrice`, a uint96.
        return uint96(now_ < high ? now_ : high);
    }

    function collateral(
        uint256 price_,
        uint256 value,
        uint256 floor,
        uint256 basisPoints
    ) internal pure returns (uint96) {
        uint256 most = (price_ * basisPoints) / BASIS;
        if (value > most) most = value;
        if (floor > most) most = floor;
        require(most <= type(uint96).max, CollateralTooLarge(most, type(uint96).max));
        // SAFETY: checked above.
        return uint96(most);
    }

    /// @notice Price of a unit of gas that bonds are reckoned with now, wei.
    function gasPrice(uint48 floor) internal view returns (uint48) {
        uint256 fee = block.basefee > floor ? block.basefee : floor;
        require(fee <= type(uint48).max, GasPriceTooHigh(fee, type(uint48).max));
        // SAFETY: checked above.
        return uint48(fee);
    }
}
