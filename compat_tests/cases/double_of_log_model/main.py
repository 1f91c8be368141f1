import unittest

import checks

outcome = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromModule(checks))
result = [outcome.testsRun, outcome.wasSuccessful()]
