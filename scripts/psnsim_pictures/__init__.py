# SPDX-License-Identifier: Apache-2.0
"""The pictures of plot.py: one module for each kind; drawing.py holds what they share."""
