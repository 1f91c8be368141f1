"""Feeds the codemod with what nobody wrote: mutations of real files, and programs put together of examples."""
