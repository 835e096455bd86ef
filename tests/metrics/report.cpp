#include "ebb/metrics/report.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "metrics/confusion_example.hpp"

using ebb::metrics::report;

TEST_CASE("report is scikit-learn's classification_report") {
  CHECK(report(ebb::test::confusion_example(), {"Chat", "Email", "File Transfer", "VoIP"}) ==
        R"(               precision    recall  f1-score   support

         Chat       0.56      0.62      0.59         8
        Email       0.70      0.70      0.70        10
File Transfer       0.00      0.00      0.00         3
         VoIP       0.73      0.89      0.80         9

     accuracy                           0.67        30
    macro avg       0.50      0.55      0.52        30
 weighted avg       0.60      0.67      0.63        30
)");
  CHECK(report(ebb::test::confusion_example(), {"a", "b", "c", "d"}, {.digits = 4}) ==
        R"(              precision    recall  f1-score   support

           a     0.5556    0.6250    0.5882         8
           b     0.7000    0.7000    0.7000        10
           c     0.0000    0.0000    0.0000         3
           d     0.7273    0.8889    0.8000         9

    accuracy                         0.6667        30
   macro avg     0.4957    0.5535    0.5221        30
weighted avg     0.5997    0.6667    0.6302        30
)");
}

TEST_CASE("report: errors") {
  CHECK(ebb::test::error([] { (void)report(ebb::test::confusion_example(), {"a"}); }) ==
        "[report] 1 names for 4 classes");
}
