"""Prepares the environment and runs the services that the demo and the tests need.

Standard library only: it must run before anything is installed.
"""
