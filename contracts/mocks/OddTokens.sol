// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TestToken} from "./TestToken.sol";

/// @title Keeps one percent of every transfer
contract FeeToken is TestToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), value / 100);
    }
}

/// @title Calls its receivers and senders back, like ERC-777
contract HookToken is TestToken {
    mapping(address => bytes) private calls;
    mapping(address => address) private targets;

    /// @notice From now on every transfer from `account` first makes `account`'s call.
    function hook(address account, address target, bytes calldata call) external {
        (targets[account], calls[account]) = (target, call);
    }

    function _update(address from, address to, uint256 value) internal override {
        address target = targets[from];
        if (target != address(0)) {
            targets[from] = address(0);
            (bool done, bytes memory reason) = target.call(calls[from]);
            // SAFETY: passes on the reason of the inner revert.
            if (!done)
                assembly ("memory-safe") {
                    revert(add(reason, 32), mload(reason))
                }
        }
        super._update(from, to, value);
    }
}

/// @title Multiplies every balance by a factor that anybody sets
contract RebasingToken is TestToken {
    uint256 private percent = 100;

    function rebase(uint256 percent_) external {
        percent = percent_;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return (super.balanceOf(account) * percent) / 100;
    }
}

/// @title Returns nothing from its transfers, like several old tokens
contract NoReturnToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        move(from, to, amount);
    }

    function move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @title Says false instead of reverting
contract FalseToken is TestToken {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}
