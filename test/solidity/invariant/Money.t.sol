// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Assert} from "../support/Assert.sol";
import {Auditor} from "./Auditor.sol";

/// @dev The runner fuzzes contracts of test files only.
contract Market is Auditor {}

/// @title Properties 23 to 27, 33, 34 and 38, after every one of thousands of random calls
contract MoneyInvariantTest is Assert {
    Market private market;

    function setUp() external {
        market = new Market();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(market);
    }

    function invariant_theBooksBalanceAndNobodyIsStuck() external {
        market.audit();
        holds(market.broken(), bytes(market.broken()).length == 0);
    }
}
