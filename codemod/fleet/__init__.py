"""Many repositories at once: each is copied, looked at with its own configuration, and told in one line of one report.

The list is read (`listing`, `addresses`), each repository has a folder with its copy and its record (`workplace`,
`mirrors`, `records`), a process of its own does what is asked (`running`, `children`, `job`), and the records together make the report
(`order`, `totals`, `table`, `document`, `page`).
"""
