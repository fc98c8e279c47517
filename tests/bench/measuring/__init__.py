# SPDX-License-Identifier: Apache-2.0
"""What scripts/bench is made of: how a program is built and run once (programs), what is measured (cases), in which
order and how often (turns), and what is told of it (report)."""
